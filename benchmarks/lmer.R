# Times lmer on the CSV files named: processor seconds of the fit, and of lmerTest's fit with its
# degrees of freedom. Prints JSON. Called by bench_statistics.py: Rscript lmer.R RUNS FILE...

suppressPackageStartupMessages({
  library(lme4)
  library(jsonlite)
})
arguments <- commandArgs(trailingOnly = TRUE)
runs <- as.integer(arguments[1])
formula <- difference ~ 1 + (1 | listener) + (1 | item)
seconds <- function(work) {
  taken <- sapply(seq_len(runs), function(run) {
    gc()
    spent <- system.time(work())
    spent[["user.self"]] + spent[["sys.self"]]
  })
  median(taken)
}
results <- lapply(arguments[-1], function(path) {
  data <- read.csv(path)
  data$listener <- factor(data$listener)
  data$item <- factor(data$item)
  quietly <- function(fit) suppressWarnings(suppressMessages(fit))
  tested <- function() {
    fit <- quietly(lmerTest::lmer(formula, data, REML = TRUE))
    coef(summary(fit))["(Intercept)", ]
  }
  row <- tested()
  list(fit_s = seconds(function() quietly(lme4::lmer(formula, data, REML = TRUE))),
       tested_s = seconds(tested), se = row[["Std. Error"]], df = row[["df"]])
})
versions <- sprintf("%s, lme4 %s, lmerTest %s", R.version.string, packageVersion("lme4"),
                    packageVersion("lmerTest"))
cat(toJSON(list(versions = versions, results = results), auto_unbox = TRUE, digits = NA))
