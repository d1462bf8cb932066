# Golden values for tests/mushra/stats/test_mixed_golden.py, computed by R on the data that
# scripts/reference/mixed_inputs.py writes. Debian: apt-get install r-base-core r-cran-lme4
# r-cran-lmertest r-cran-jsonlite. Run from the repository root: Rscript scripts/reference/mixed.R

suppressPackageStartupMessages({
  library(lmerTest)
  library(jsonlite)
})
golden <- "tests/data/golden"
versions <- list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
                 lmerTest = as.character(packageVersion("lmerTest")))

# lmer(difference ~ 1 + (1 | listener) + (1 | item) [+ (1 | speaker)]), REML, Satterthwaite.
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-13, maxfun = 1e5),
                       check.conv.singular = "ignore", check.conv.grad = "ignore",
                       check.conv.hess = "ignore")
fit_case <- function(data) {
  factors <- c("listener", "item", if (any(data$speaker != "")) "speaker")
  formula <- reformulate(c("1", sprintf("(1 | %s)", factors)), "difference")
  fits <- lapply(starts(length(factors)), function(start)
    suppressWarnings(suppressMessages(lmerTest::lmer(formula, data = data, REML = TRUE,
                                                     control = control, start = start))))
  fit <- fits[[which.min(sapply(fits, REMLcrit))]]
  row <- coef(summary(fit))["(Intercept)", ]
  variances <- as.data.frame(VarCorr(fit))
  margin <- 5
  shifted <- c((row[["Estimate"]] + margin), (margin - row[["Estimate"]])) / row[["Std. Error"]]
  list(mean = row[["Estimate"]], se = row[["Std. Error"]], df = row[["df"]],
       t = row[["t value"]], p = row[["Pr(>|t|)"]], criterion = as.numeric(REMLcrit(fit)),
       components = setNames(lapply(factors, function(f) variances$vcov[variances$grp == f]),
                             factors),
       residual = variances$vcov[variances$grp == "Residual"],
       tost_p = max(pt(shifted, row[["df"]], lower.tail = FALSE)),
       ci90 = row[["Estimate"]] + c(-1, 1) * qt(0.95, row[["df"]]) * row[["Std. Error"]])
}
# The best of several starting values, so that the value is that of the largest likelihood.
starts <- function(n_factors) list(rep(1, n_factors), rep(0.1, n_factors), rep(3, n_factors))

data <- read.csv(file.path(golden, "mixed.csv"), colClasses = c(speaker = "character"))
cases <- lapply(split(data, factor(data$case, unique(data$case))), fit_case)

# Two one-sided tests of Student's t, on the data of the case with most listeners.
paired <- tapply(data$difference[data$case == "many_listeners"],
                 data$listener[data$case == "many_listeners"], mean)
student <- list(values = as.numeric(paired), margin = 5,
                lower_p = t.test(paired, mu = -5, alternative = "greater")$p.value,
                upper_p = t.test(paired, mu = 5, alternative = "less")$p.value,
                ci90 = as.numeric(t.test(paired, conf.level = 0.9)$conf.int))
write_json(list(versions = versions, cases = cases, student = student),
           file.path(golden, "mixed.json"), auto_unbox = TRUE, digits = NA, pretty = TRUE)
