using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>What can be said of an import before a file is opened.</summary>
internal static class ImportChecks
{
    /// <exception cref="InvalidInputException">All faults of files and options.</exception>
    public static void Check(IReadOnlyList<ImportFile> files, ImportOptions options)
    {
        var errors = new List<FieldError>();
        if (files.Count == 0) errors.Add(new("files", "there are none: give at least one file"));
        foreach (var file in files.Where(file => file.Split is not null && !SplitNames.All.Contains(file.Split)))
            errors.Add(new(file.DisplayName, $"its split \"{file.Split}\" is none: say {string.Join(", ", SplitNames.All)}, or nothing to have its rows divided"));
        if (files.Count > 0 && files.All(file => file.Split is SplitNames.Validation or SplitNames.Test))
            errors.Add(new("files", "there is none to train on: give a training file, or say no splits to have the rows divided"));
        Share("split.validation", options.Split.Validation);
        Share("split.test", options.Split.Test);
        if (errors.Count == 0 && options.Split.Validation + options.Split.Test >= 1)
            errors.Add(new("split", $"validation and test must leave rows for training: their shares must add up to less than 1 (you gave {options.Split.Validation} and {options.Split.Test})"));
        foreach (var name in options.Rename.Values.Where(name => name.Length is 0 or > DatasetLimits.ColumnNameLength))
            errors.Add(new("rename", $"a column's name must have 1 to {DatasetLimits.ColumnNameLength} characters (you gave \"{name}\")"));
        if (errors.Count > 0) throw new InvalidInputException(errors);

        void Share(string field, double value)
        {
            if (!(value is >= 0 and < 1)) errors.Add(new(field, $"a split's share must be at least 0 and below 1 (you gave {value})"));
        }
    }
}
