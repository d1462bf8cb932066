# Golden values for tests/mushra/stats, computed by R on the data that scripts/reference_inputs.py
# writes. Debian: apt-get install r-base-core r-cran-lme4 r-cran-lmertest r-cran-coin r-cran-jsonlite
# Run from the repository root: Rscript scripts/reference_values.R

suppressPackageStartupMessages({
  library(lmerTest)
  library(coin)
  library(jsonlite)
})
golden <- "tests/data/golden"
save_json <- function(values, name) {
  write_json(values, file.path(golden, name), auto_unbox = TRUE, digits = NA, pretty = TRUE)
}
versions <- list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
                 lmerTest = as.character(packageVersion("lmerTest")),
                 coin = as.character(packageVersion("coin")))

# Two-way crossed paired difference: lmer(difference ~ 1 + (1 | listener) + (1 | item)), REML.
crossed_case <- function(data) {
  fit <- suppressMessages(lmerTest::lmer(
    difference ~ 1 + (1 | listener) + (1 | item), data = data, REML = TRUE,
    control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5),
                          check.conv.singular = "ignore", check.conv.grad = "ignore",
                          check.conv.hess = "ignore")))
  row <- coef(summary(fit))["(Intercept)", ]
  variances <- as.data.frame(VarCorr(fit))
  component <- function(group) variances$vcov[variances$grp == group]
  list(difference = row[["Estimate"]], se = row[["Std. Error"]], df = row[["df"]],
       t = row[["t value"]], p = row[["Pr(>|t|)"]], listener = component("listener"),
       item = component("item"), residual = component("Residual"))
}
crossed <- read.csv(file.path(golden, "crossed.csv"))
save_json(list(versions = versions, cases = lapply(split(crossed, crossed$case), crossed_case)),
          "crossed.json")

# Tests and effects on paired differences; wilcox.test is exact only without ties and zeros.
samples <- read.csv(file.path(golden, "samples.csv"))
samples <- split(samples$value, samples$case)
paired_case <- function(x) {
  zero <- rep(0, length(x))
  exact <- wilcoxsign_test(x ~ zero, distribution = "exact", zero.method = "Wilcoxon")
  student <- t.test(x)
  used <- x[x != 0]
  ranks <- rank(abs(used))
  averages <- outer(x, x, "+") / 2
  list(wilcoxon_p = as.numeric(pvalue(exact)), positive_sum = sum(ranks[used > 0]),
       t = student$statistic[["t"]], t_p = student$p.value, df = student$parameter[["df"]],
       dz = mean(x) / sd(x), hodges_lehmann = median(averages[upper.tri(averages, diag = TRUE)]))
}
is_paired <- grepl("^(untied|tied|quarters)", names(samples))
save_json(list(versions = versions, cases = lapply(samples[is_paired], paired_case)), "paired.json")

# Tukey's five numbers.
save_json(list(versions = versions,
               fivenum = lapply(samples[grepl("^scores", names(samples))], fivenum)),
          "describe.json")

# Holm, and Friedman on the listener means of the systems under test.
ratings <- read.csv(file.path(golden, "ratings.csv"))
under_test <- ratings[ratings$system %in% c("universal", "world", "griffin_lim"), ]
means <- tapply(under_test$score, list(under_test$listener, under_test$system), mean)
rank_test <- friedman.test(means)
save_json(list(versions = versions, p = samples$p_values,
               holm = p.adjust(samples$p_values, method = "holm"),
               friedman = list(chi_square = rank_test$statistic[[1]], p = rank_test$p.value)),
          "families.json")
