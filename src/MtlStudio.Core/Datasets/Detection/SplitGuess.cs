namespace MtlStudio.Core.Datasets.Detection;

/// <summary>Which files are which splits, and how the rest is divided.</summary>
/// <param name="Splits">By the place of the group's files; null: divided.</param>
/// <param name="Rule">For what is divided.</param>
/// <param name="Reason">Null where every split is given.</param>
internal sealed record SplitGuess(IReadOnlyList<string?> Splits, SplitRule Rule, string? Reason)
{
    private const double Share = 0.1;
    /// <summary>Rows from which a tenth for validation and test is more than needed.</summary>
    private const long Many = 100_000;
    private const double SmallShare = 0.02;

    /// <param name="group">The files, as far as they were read.</param>
    /// <param name="stratify">A column of few values.</param>
    public static SplitGuess Of(ReadGroup group, string? stratify)
    {
        var given = group.Files.Select(file => file.Split).ToList();
        // Beside given splits, files of none are what is trained on.
        var train = given.Contains(SplitNames.Train) || (given.Contains(null) && given.Exists(split => split is not null));
        var (validation, test) = (given.Contains(SplitNames.Validation), given.Contains(SplitNames.Test));
        var share = group.Rows >= Many ? SmallShare : Share;
        if (!train)
        {
            var none = new SplitRule { Validation = share, Test = share, StratifyBy = stratify };
            return new([.. given.Select(_ => (string?)null)], none, given.TrueForAll(split => split is null)
                ? $"no name speaks of a split: {share:P0} of the rows validate and {share:P0} test"
                : $"there is no training file: all rows are put together, {share:P0} of them validate and {share:P0} test");
        }
        if (validation && test) return new([.. given.Select(split => split ?? SplitNames.Train)], new SplitRule(), null);
        var rule = new SplitRule { Validation = validation ? 0 : share, Test = test ? 0 : share, StratifyBy = stratify };
        var missing = (validation, test) switch { (false, false) => "validation and test", (false, _) => "validation", _ => "test" };
        return new([.. given.Select(split => split == SplitNames.Train ? null : split)], rule, $"there is no file for {missing}: {share:P0} of the training rows are taken for {(validation || test ? "it" : "each")}");
    }
}
