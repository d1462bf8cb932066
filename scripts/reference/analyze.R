# Golden values of `manage.py analyze --json`, on ratings made here with ties, zero differences,
# missing cells and a careless listener.
# Debian: apt-get install r-base-core r-cran-lmertest r-cran-coin r-cran-jsonlite
# Run from the repository root: Rscript scripts/reference/analyze.R
suppressPackageStartupMessages({
  library(lmerTest)
  library(coin)
  library(jsonlite)
})
golden <- "tests/data/golden"
set.seed(1534)
margin <- 5

# Scores in steps of 5, so that many tie; A and B are nearly alike, so that differences are zero.
n_l <- 11
n_i <- 9
means <- c(ref = 97, A = 62, B = 60, C = 48, D = 75, lp35 = 22)
rows <- expand.grid(system = names(means), item = sprintf("i%02d", 1:n_i),
                    listener = sprintf("L%02d", 1:n_l), stringsAsFactors = FALSE)
l <- match(rows$listener, sprintf("L%02d", 1:n_l))
i <- match(rows$item, sprintf("i%02d", 1:n_i))
s <- match(rows$system, names(means))
own <- ifelse(rows$system == "ref", 0.2, 1)
latent <- means[rows$system] + own * (rnorm(n_l, 0, 5)[l] + rnorm(n_i, 0, 4)[i] +
  matrix(rnorm(n_l * 6, 0, 4), n_l)[cbind(l, s)] + matrix(rnorm(n_i * 6, 0, 4), n_i)[cbind(i, s)] +
  rnorm(nrow(rows), 0, 7))
rows$score <- pmin(100, pmax(0, 5 * round(latent / 5)))
careless <- rows$listener == "L04" & rows$system == "ref" & rows$item %in% c("i02", "i05")
rows$score[careless] <- c(35, 60)
once <- rows$listener == "L08" & rows$system == "ref" & rows$item == "i03"
rows$score[once] <- 55
# One rating in 25 of the systems under test is missing.
gone <- sample(which(rows$system %in% c("A", "B", "C", "D")), round(nrow(rows) / 25))
files <- list(complete = rows, missing = rows[-gone, ])

under_test <- c("A", "B", "C", "D")
bare <- function(x) as.numeric(unname(x))

screen <- function(data) {
  ref <- data[data$system == "ref", ]
  lapply(split(ref, ref$listener), function(own) {
    n_bad <- sum(own$score < 90)
    list(n_items = nrow(own), n_bad = n_bad, share = n_bad / nrow(own),
         excluded = 100 * n_bad > 15 * nrow(own))
  })
}

crossed <- function(data) {
  fit <- suppressMessages(lmer(
    d ~ 1 + (1 | listener) + (1 | item), data = data,
    control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5),
                          check.conv.singular = "ignore", check.conv.grad = "ignore",
                          check.conv.hess = "ignore")))
  row <- coef(summary(fit))["(Intercept)", ]
  list(difference = row[["Estimate"]], se = row[["Std. Error"]], df = row[["df"]],
       t = row[["t value"]], p = row[["Pr(>|t|)"]])
}

sign_flip <- function(x) {
  # Every pattern of signs; sums within rounding of the observed one count as reached.
  signs <- as.matrix(expand.grid(rep(list(c(-1, 1)), length(x))))
  mean(abs(signs %*% x) >= abs(sum(x)) - 1e-6)
}

listener_means <- function(data) {
  x <- round(tapply(data$d, data$listener, mean), 9)
  x <- as.numeric(x[!is.na(x)])
  zero <- rep(0, length(x))
  student <- t.test(x)
  used <- x[x != 0]
  ranks <- rank(abs(used))
  averages <- outer(x, x, "+") / 2
  m <- length(x) - 1
  list(n = length(x), t = bare(student$statistic), p_t = student$p.value,
       wilcoxon_p_exact = as.numeric(pvalue(
         wilcoxsign_test(x ~ zero, distribution = "exact", zero.method = "Wilcoxon"))),
       signflip_p_exact = sign_flip(x), cohen_dz = mean(x) / sd(x),
       hedges_g = mean(x) / sd(x) * exp(lgamma(m / 2) - lgamma((m - 1) / 2)) / sqrt(m / 2),
       rank_biserial = (sum(ranks[used > 0]) - sum(ranks[used < 0])) / sum(ranks),
       hodges_lehmann = median(averages[upper.tri(averages, diag = TRUE)]))
}

pair <- function(data, a, b) {
  both <- merge(data[data$system == a, ], data[data$system == b, ], by = c("listener", "item"))
  both$d <- both$score.x - both$score.y
  test <- crossed(both)
  half <- qt(0.975, test$df) * test$se
  wide <- qt(0.95, test$df) * test$se
  c(list(a = a, b = b, n_listeners = length(unique(both$listener)),
         n_items = length(unique(both$item)), n_ratings = nrow(both)), test,
    list(ci95 = test$difference + c(-half, half), listener_means = listener_means(both),
         pooled_p = t.test(both$d)$p.value,
         equivalence = list(
           margin = margin, ci90 = test$difference + c(-wide, wide),
           p = pt((margin - abs(test$difference)) / test$se, test$df, lower.tail = FALSE),
           smallest_margin = abs(test$difference) + wide)))
}

family <- function(data, pairs) {
  rows <- lapply(pairs, function(p) pair(data, p[1], p[2]))
  adjusted <- function(get) p.adjust(vapply(rows, get, 0), method = "holm")
  holm <- adjusted(function(r) r$p)
  student <- adjusted(function(r) r$listener_means$p_t)
  ranked <- adjusted(function(r) r$listener_means$wilcoxon_p_exact)
  for (k in seq_along(rows)) {
    rows[[k]]$p_holm <- holm[k]
    rows[[k]]$listener_means$p_t_holm <- student[k]
    rows[[k]]$listener_means$wilcoxon_p_exact_holm <- ranked[k]
  }
  rows
}

# One mean per listener and system, over the items on which the listener rated all systems.
friedman <- function(data) {
  tested <- data[data$system %in% under_test, ]
  rated <- ave(rep(1, nrow(tested)), tested$listener, tested$item, FUN = sum)
  whole <- tested[rated == length(under_test), ]
  m <- round(tapply(whole$score, list(whole$listener, whole$system), mean), 9)
  test <- friedman.test(m)
  list(n = nrow(m), k = ncol(m), chi2 = bare(test$statistic), df = bare(test$parameter),
       p = test$p.value, kendall_w = bare(test$statistic) / (nrow(m) * (ncol(m) - 1)))
}

system_rows <- function(data) {
  trial <- paste(data$listener, data$item)
  whole <- data[ave(rep(1, nrow(data)), trial, FUN = sum) == length(means), ]
  ranks <- ave(-whole$score, paste(whole$listener, whole$item), FUN = rank)
  lapply(split(data, data$system), function(own) {
    five <- fivenum(own$score)
    fit <- crossed(transform(own, d = score))
    list(n = nrow(own), mean = mean(own$score), sd = sd(own$score), median = five[3],
         q1 = five[2], q3 = five[4], iqr = five[4] - five[2],
         ci95 = fit$difference + c(-1, 1) * qt(0.975, fit$df) * fit$se,
         mean_rank = mean(ranks[whole$system == own$system[1]]))
  })
}

# Interval alpha from the coincidences within units, Krippendorff 2011.
alpha <- function(data) {
  unit <- paste(data$system, data$item)
  data <- data[ave(rep(1, nrow(data)), unit, FUN = sum) > 1, ]
  unit <- paste(data$system, data$item)
  within <- sum(vapply(split(data$score, unit), function(x) {
    sum(outer(x, x, "-")^2) / (length(x) - 1)
  }, 0)) / nrow(data)
  1 - within / (sum(outer(data$score, data$score, "-")^2) / (nrow(data) * (nrow(data) - 1)))
}

# ICC of absolute agreement from the two-way mean squares, McGraw & Wong 1996; complete data.
icc <- function(data) {
  m <- tapply(data$score, list(paste(data$system, data$item), data$listener), mean)
  m <- m[, colSums(is.na(m)) == 0, drop = FALSE]
  n <- nrow(m)
  k <- ncol(m)
  msr <- k * var(rowMeans(m))
  msc <- n * var(colMeans(m))
  mse <- sum((m - outer(rowMeans(m), colMeans(m), "+") + mean(m))^2) / ((n - 1) * (k - 1))
  list(icc_a1 = (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n),
       icc_ak = (msr - mse) / (msr + (msc - mse) / n))
}

analyze <- function(data) {
  verdicts <- screen(data)
  excluded <- names(verdicts)[vapply(verdicts, function(v) v$excluded, TRUE)]
  kept <- data[!data$listener %in% excluded, ]
  relative <- function(system) {
    both <- merge(kept[kept$system == system, ], kept[kept$system == "ref", ],
                  by = c("listener", "item"))
    100 * mean(both$score.x) / mean(both$score.y)
  }
  c(list(screening = verdicts, systems = system_rows(kept), friedman = friedman(kept),
         pairs = family(kept, combn(under_test, 2, simplify = FALSE)),
         against_reference = family(kept, lapply(under_test, c, "ref")),
         krippendorff_alpha = alpha(kept)),
    if (nrow(data) == nrow(rows)) c(icc(kept), list(relative = lapply(
      setNames(under_test, under_test), relative))))
}

for (name in names(files)) {
  shuffled <- files[[name]][sample(nrow(files[[name]])), c("item", "score", "listener", "system")]
  write.csv(shuffled, file.path(golden, paste0("analyze_", name, ".csv")), row.names = FALSE,
            quote = FALSE)
}
versions <- list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
                 lmerTest = as.character(packageVersion("lmerTest")),
                 coin = as.character(packageVersion("coin")))
write_json(c(list(versions = versions), lapply(files, analyze)), file.path(golden, "analyze.json"),
           auto_unbox = TRUE, digits = NA, pretty = TRUE)
