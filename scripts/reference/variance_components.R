# Mean variance components of paired differences over all pairs of systems in a tidy CSV
# (listener,item,system,score). This made the default components of mushra/stats/power.py.
# Run: Rscript scripts/reference/variance_components.R RATINGS.csv [SYSTEM TO LEAVE OUT ...]

suppressPackageStartupMessages(library(lmerTest))
arguments <- commandArgs(trailingOnly = TRUE)
ratings <- read.csv(arguments[1])
systems <- sort(setdiff(unique(ratings$system), arguments[-1]))

components <- function(pair) {
  both <- merge(ratings[ratings$system == pair[1], ], ratings[ratings$system == pair[2], ],
                by = c("listener", "item"))
  both$difference <- both$score.x - both$score.y
  fit <- suppressMessages(lmer(difference ~ 1 + (1 | listener) + (1 | item), both))
  variances <- as.data.frame(VarCorr(fit))
  setNames(variances$vcov, variances$grp)[c("listener", "item", "Residual")]
}
pairs <- combn(systems, 2)
found <- t(apply(pairs, 2, components))
cat(ncol(pairs), "pairs of", length(systems), "systems;",
    length(unique(ratings$listener)), "listeners,", length(unique(ratings$item)), "items\n")
print(rbind(mean = colMeans(found), median = apply(found, 2, median)), digits = 5)
