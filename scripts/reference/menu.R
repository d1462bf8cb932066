# Golden values of the menu of statistics, computed by R on the data that menu_inputs.py writes.
# Debian: apt-get install r-base-core r-cran-boot r-cran-psych r-cran-exactranktests
#   r-cran-multcompview r-cran-lmertest r-cran-jsonlite
# Run from the repository root: Rscript scripts/reference/menu.R

suppressPackageStartupMessages({
  library(jsonlite)
  library(boot)
  library(psych)
  library(multcompView)
  library(lmerTest)
})
suppressWarnings(suppressPackageStartupMessages(library(exactRankTests)))
golden <- "tests/data/golden"
input <- read_json(file.path(golden, "menu_inputs.json"), simplifyVector = TRUE)
packages <- c("boot", "psych", "exactRankTests", "multcompView", "lmerTest", "lme4")
versions <- c(list(R = R.version.string),
              setNames(lapply(packages, function(p) as.character(packageVersion(p))), packages))

# Corrections: p.adjust.
adjusted <- lapply(c(holm = "holm", hochberg = "hochberg", bh = "BH"),
                   function(method) p.adjust(input$p_values, method = method))

# Sign flips. perm.test counts exactly for whole numbers; fractions are enumerated.
flip_whole <- lapply(input$flip_whole, function(x) {
  perm.test(x, paired = FALSE, alternative = "two.sided", exact = TRUE)$p.value
})
flip_all <- function(x) {
  signs <- as.matrix(expand.grid(rep(list(c(-1, 1)), length(x))))
  mean(abs(signs %*% x) >= abs(sum(x)) - 1e-9)
}
flip_fractions <- lapply(input$flip_fractions, flip_all)

# Hodges-Lehmann with interval: wilcox.test(conf.int = TRUE, exact = TRUE).
pseudomedians <- lapply(input$untied, function(x) {
  test <- suppressWarnings(wilcox.test(x, conf.int = TRUE, exact = TRUE))
  wide <- suppressWarnings(wilcox.test(x, conf.int = TRUE, exact = TRUE, conf.level = 0.9))
  list(estimate = test$estimate[[1]], low = test$conf.int[1], high = test$conf.int[2],
       low90 = wide$conf.int[1], high90 = wide$conf.int[2])
})

# Pooled tests, for comparison only.
pooled_t <- t.test(input$pooled_first, input$pooled_second, paired = TRUE)
pooled_w <- wilcox.test(input$pooled_first, input$pooled_second, paired = TRUE, exact = FALSE,
                        correct = FALSE)

# Ranks within blocks (1 is best), Friedman, and the analysis of variance of the ranks.
ranks <- t(apply(-input$tied_blocks, 1, rank))
long <- data.frame(rank = as.vector(ranks), listener = factor(row(ranks)), system = factor(col(ranks)))
rank_anova <- anova(lm(rank ~ listener + system, data = long))
rank_test <- friedman.test(input$tied_blocks)

# Repeated measures: anova.mlm with test = "Spherical", and mauchly.test. R 4.2 takes the number of
# columns (3 * p) for that of contrasts (3 * pp) in one place of Mauchly's p; w_p_exact has Box's
# expansion as Anderson 2003, 10.7.4 gives it.
box_p <- function(w, pp, n) {
  rho <- 1 - (2 * pp^2 + pp + 2) / (6 * pp * n)
  w2 <- (pp + 2) * (pp - 1) * (pp - 2) * (2 * pp^3 + 6 * pp^2 + 3 * pp + 2) / (288 * (n * pp * rho)^2)
  z <- -n * rho * log(w)
  f <- pp * (pp + 1) / 2 - 1
  first <- pchisq(z, f, lower.tail = FALSE)
  first + w2 * (pchisq(z, f + 4, lower.tail = FALSE) - first)
}
within_effect <- function(fit, ...) {
  table <- anova(fit, ..., test = "Spherical")
  heading <- attr(table, "heading")
  mauchly <- mauchly.test(fit, ...)
  list(f = table$F[1], df = table[["num Df"]][1], df_error = table[["den Df"]][1],
       p = table[["Pr(>F)"]][1], p_gg = table[["G-G Pr"]][1], p_hf = table[["H-F Pr"]][1],
       w = mauchly$statistic[[1]],
       w_p = mauchly$p.value,
       w_p_exact = box_p(mauchly$statistic[[1]], table[["num Df"]][1], fit$df.residual),
       epsilons = unlist(regmatches(heading, gregexpr("[0-9.]+$", heading))))
}
means <- input$means
one_way <- within_effect(lm(means ~ 1), X = ~1)
residuals <- means - rowMeans(means)
residuals <- sweep(residuals, 2, colMeans(residuals))
cells <- input$factorial  # listeners x systems x levels
flat <- t(apply(cells, 1, function(x) as.vector(t(x))))
idata <- expand.grid(level = factor(seq_len(dim(cells)[3])), system = factor(seq_len(dim(cells)[2])))
two_way <- list(
  system = within_effect(lm(flat ~ 1), M = ~system, X = ~1, idata = idata),
  factor = within_effect(lm(flat ~ 1), M = ~level, X = ~1, idata = idata),
  interaction = within_effect(lm(flat ~ 1), M = ~system * level, X = ~system + level, idata = idata))
shapiro <- shapiro.test(as.vector(residuals))

# Attachment 3: every relabeling of the pooled ratings.
median_p <- function(first, second) {
  pooled <- c(first, second)
  observed <- abs(median(first) - median(second))
  drawn <- combn(length(pooled), length(first),
                 function(rows) abs(median(pooled[rows]) - median(pooled[-rows])))
  mean(drawn >= observed - 1e-9)
}

# Reliability: psych::ICC (ICC2, ICC2k), Krippendorff's alpha from its coincidences, correlations.
icc <- suppressWarnings(ICC(input$agreement, lmer = FALSE, alpha = 0.05))$results
icc_row <- function(type) {
  row <- icc[icc$type == type, ]
  list(value = row$ICC, low = row[["lower bound"]], high = row[["upper bound"]])
}
alpha <- function(ratings) {
  observed <- 0
  pairable <- c()
  for (target in seq_len(nrow(ratings))) {
    x <- na.omit(ratings[target, ])
    if (length(x) < 2) next
    pairable <- c(pairable, x)
    observed <- observed + sum(outer(x, x, "-")^2) / (length(x) - 1)
  }
  n <- length(pairable)
  1 - (observed / n) / (sum(outer(pairable, pairable, "-")^2) / (n * (n - 1)))
}
total_correlation <- function(ratings) sapply(seq_len(ncol(ratings)), function(j) {
  cor(ratings[, j], rowMeans(ratings[, -j], na.rm = TRUE), use = "complete.obs")
})

# Shape: psych skew and kurtosi of type 2 (SAS), and the bimodality coefficient.
shape <- function(x) {
  n <- length(x)
  g <- skew(x, type = 2)
  k <- kurtosi(x, type = 2)
  list(skewness = g, kurtosis = k, bimodality = (g^2 + 1) / (k + 3 * (n - 1)^2 / ((n - 2) * (n - 3))))
}

# Bootstraps from saved draws: boot.ci(type = "bca") and means over resampled rows and columns.
x <- input$boot_values
t_star <- apply(input$boot_indices, 1, function(rows) mean(x[rows]))
resampled <- list(t0 = mean(x), t = matrix(t_star), R = length(t_star))
class(resampled) <- "boot"
bca <- boot.ci(resampled, conf = 0.9, type = "bca", t0 = mean(x), t = t_star, L = x - mean(x))$bca
two_way_means <- function(matrix) sapply(seq_len(nrow(input$boot_rows)), function(r) {
  mean(matrix[input$boot_rows[r, ], input$boot_columns[r, ]], na.rm = TRUE)
})

# Letters: multcompView::multcompLetters, as the set of systems of each letter.
letter_sets <- lapply(seq_len(dim(input$letter_pairs)[1]), function(number) {
  pairs <- input$letter_pairs[number, , ]
  dimnames(pairs) <- list(paste0("s", 0:6), paste0("s", 0:6))
  if (!any(pairs)) return(list(0:6))
  joined <- multcompLetters(pairs)$LetterMatrix
  lapply(seq_len(ncol(joined)), function(j) which(joined[, j]) - 1)
})

# P(A > B) on incomplete data: the crossed model of wins, ties (1/2) and losses.
differences <- input$gappy_differences
cell <- which(!is.na(differences), arr.ind = TRUE)
wins <- data.frame(win = (sign(differences[cell]) + 1) / 2, listener = factor(cell[, 1]),
                   item = factor(cell[, 2]))
win_model <- suppressMessages(lmer(win ~ 1 + (1 | listener) + (1 | item), data = wins,
  control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5))))
win_row <- coef(summary(win_model))[1, ]

write_json(list(
  versions = versions, adjusted = adjusted, flip_whole = flip_whole,
  flip_fractions = flip_fractions, pseudomedians = pseudomedians,
  pooled = list(t = pooled_t$statistic[[1]], t_p = pooled_t$p.value, v = pooled_w$statistic[[1]],
                v_p = pooled_w$p.value),
  ranks = list(mean = colMeans(ranks), median = apply(ranks, 2, median)),
  friedman = list(chi_square = rank_test$statistic[[1]], p = rank_test$p.value,
                  f = rank_anova["system", "F value"], f_p = rank_anova["system", "Pr(>F)"]),
  one_way = one_way, two_way = two_way,
  shapiro = list(w = shapiro$statistic[[1]], p = shapiro$p.value),
  variance_ratio = max(apply(means, 2, var)) / min(apply(means, 2, var)),
  medians = list(untied = median_p(input$first_medians, input$second_medians),
                 tied = median_p(input$tied_first_medians, input$tied_second_medians)),
  icc_a1 = icc_row("ICC2"), icc_ak = icc_row("ICC2k"),
  alpha = alpha(input$agreement), gappy_alpha = alpha(input$gappy_agreement),
  total_correlation = total_correlation(input$agreement),
  gappy_total_correlation = total_correlation(input$gappy_agreement),
  shape = lapply(input[c("skewed_scores", "two_modes")], shape),
  bca90 = bca[4:5], two_way_means = two_way_means(input$boot_matrix),
  gappy_two_way_means = two_way_means(input$boot_gappy_matrix),
  two_way_relative = 100 * two_way_means(input$boot_matrix) / two_way_means(input$boot_reference),
  letters = letter_sets,
  wins = list(mean = win_row[["Estimate"]], se = win_row[["Std. Error"]], df = win_row[["df"]],
              average = mean(wins$win))),
  file.path(golden, "menu.json"), auto_unbox = TRUE, digits = NA, pretty = TRUE)
