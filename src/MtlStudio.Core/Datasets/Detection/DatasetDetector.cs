using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets.Detection;

/// <summary>
/// Guesses what files are: how they are read, which of them are splits of one dataset, what task their rows are good for,
/// and with which template and metrics, each with its reasons. Pure: it reads the files, no further than
/// <see cref="DetectionLimits"/>, and writes nothing. One bad file spoils no other's guess.
/// </summary>
public static class DatasetDetector
{
    /// <exception cref="InvalidInputException">There are no files, or too many.</exception>
    public static DetectionResult Detect(IReadOnlyList<DetectFile> files, CancellationToken cancellation = default)
    {
        if (files.Count == 0) throw new InvalidInputException("files", "there are none: give at least one file");
        if (files.Count > DetectionLimits.Files)
            throw new InvalidInputException("files", $"{DetectionLimits.Files} files are the most at a time (you gave {files.Count}): give them in several goes");
        var groups = FileGroups.Of(files).SelectMany(group => GroupSplitter.Read(group, cancellation)).ToList();
        var guesses = groups.ConvertAll(group => GuessMaker.Make(group));
        NameLabels(groups, guesses);
        var names = GuessNames.Unique(guesses.ConvertAll(guess => guess.Name));
        return new DetectionResult { Datasets = [.. guesses.Zip(names, Renamed)] };
    }

    /// <summary>The same for files that are said to be one dataset, whatever their names and columns are.</summary>
    /// <param name="files">Each with its place among all files, and its split: one of <see cref="SplitNames"/>, or null to have its rows divided.</param>
    /// <param name="labelNames">Names that number the labels, as an earlier guess found them; empty: none.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static DatasetGuess DetectOne(IReadOnlyList<(int Index, DetectFile File, string? Split)> files, IReadOnlyList<string>? labelNames = null, CancellationToken cancellation = default)
    {
        var named = FileGroups.InOrder(files.Select(file => FileGroups.Read(file.File, file.Index) with { Split = file.Split }));
        var group = GroupReader.Read(named, cancellation);
        group.Faults.AddRange(GroupSplitter.Differences(group));
        return GuessMaker.Make(group, labelNames);
    }

    /// <summary>Lists of label names give the numbered labels of data in the same folder their words; where two lists fit, neither does.</summary>
    private static void NameLabels(List<ReadGroup> groups, List<DatasetGuess> guesses)
    {
        var lists = Enumerable.Range(0, groups.Count).Where(i => guesses[i].Form == TaskForm.LabelNames && guesses[i].LabelNames.Count > 0).ToList();
        for (var i = 0; i < groups.Count; i++)
        {
            if (guesses[i].Task?.Kind is not ("classification" or "multi-label")) continue;
            var found = lists.Where(list => groups[list].Files[0].Folder == groups[i].Files[0].Folder)
                .Select(list => (List: list, Guess: GuessMaker.Make(groups[i], guesses[list].LabelNames))).Where(named => named.Guess.LabelNames.Count > 0).ToList();
            if (found is not [var (list, guess)]) continue;
            guesses[i] = guess;
            guesses[list] = guesses[list] with { Later = $"It is no data to learn from: its names are the label words of {guess.Files[0].Name}" };
        }
    }

    private static DatasetGuess Renamed(DatasetGuess guess, string name) =>
        guess with { Name = name, Import = guess.Import with { Name = name }, Task = guess.Task is null ? null : guess.Task with { Name = name } };
}
