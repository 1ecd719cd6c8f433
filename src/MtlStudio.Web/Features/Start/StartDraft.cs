using MtlStudio.Core.Datasets;
using MtlStudio.Core.Datasets.Detection;
using MtlStudio.Web.Staging;

namespace MtlStudio.Web.Features.Start;

/// <summary>The rows of the page, and what is to be made of them.</summary>
public sealed class StartDraft
{
    private readonly List<StartRow> rows = [];

    public IReadOnlyList<StartRow> Rows => rows;
    public string MixName { get; set; } = "my mix";
    public IReadOnlyList<StartRow> Included => [.. rows.Where(row => row.Include && row.CanBeTask)];
    /// <summary>Tokens that nearly all examples of all rows fit in, guessed from their characters: New run counts them.</summary>
    public int MaxLength => Included.Select(row => row.Guess.MaxLength ?? 0).DefaultIfEmpty(0).Max();

    /// <summary>Two rows may not be called alike.</summary>
    public bool IsTaken(StartRow row) => row.Include && rows.Exists(other => other != row && other.Include && other.Name.Equals(row.Name, StringComparison.OrdinalIgnoreCase));

    public bool IsReady => Included.Count > 0 && Included.All(row => row.Check().Count == 0 && !IsTaken(row)) && MixName.Trim().Length > 0;

    /// <summary>Takes guesses over all files. Rows whose files are the same ones stay as the user made them.</summary>
    public void Take(IReadOnlyList<DatasetGuess> guesses)
    {
        var before = rows.ToList();
        rows.Clear();
        // What was put together by hand stays together.
        var kept = before.Where(row => row.Guess.Files.Count > 0 && row.Guess.Files.All(file => guesses.Any(guess => guess.Files.Any(other => other.File == file.File)))).ToList();
        var owned = kept.SelectMany(row => row.Guess.Files.Select(file => file.File)).ToHashSet();
        foreach (var guess in guesses)
        {
            if (kept.Find(row => row.Guess.Files.Any(file => guess.Files.Any(other => other.File == file.File))) is { } row)
            {
                // New files that belong to an old row: the guess over all of them counts.
                if (row.Guess.Files.Count < guess.Files.Count && row.Guess.Files.All(file => guess.Files.Any(other => other.File == file.File))) row.Renew(guess);
                if (!rows.Contains(row)) rows.Add(row);
            }
            else
            {
                rows.Add(new(guess));
            }
        }
        rows.AddRange(kept.Where(row => !rows.Contains(row)));
    }

    /// <summary>The names of the labels of the row that one of the files is in; empty: a list of names gave it none.</summary>
    public IReadOnlyList<string> LabelNamesOf(IReadOnlyList<(int File, string? Split)> files) =>
        rows.Where(row => row.Guess.Task is not null && row.Guess.Files.Any(file => files.Any(other => other.File == file.File))).Select(row => row.Guess.LabelNames).FirstOrDefault(names => names.Count > 0) ?? [];

    /// <summary>Makes the rows what they were; files that are no more are passed over.</summary>
    /// <param name="detectOne">The guess for files that the user had put together, taken apart or given other splits.</param>
    public void Restore(KeptStart kept, Func<IReadOnlyList<(int File, string? Split)>, DatasetGuess> detectOne)
    {
        MixName = kept.MixName;
        foreach (var one in kept.Rows)
        {
            var files = one.Files.Where(file => rows.Exists(row => row.Guess.Files.Any(other => other.File == file.File))).Select(file => (file.File, file.Split)).ToList();
            if (files.Count == 0) continue;
            var row = rows.Find(row => row.Guess.Files.Select(file => (file.File, file.Split)).ToHashSet().SetEquals(files));
            if (row is null)
            {
                var old = rows.FindAll(row => row.Guess.Files.Any(file => files.Exists(given => given.File == file.File)));
                var rest = old.SelectMany(row => row.Guess.Files).Where(file => !files.Exists(given => given.File == file.File)).ToList();
                row = Replace(old, [detectOne(files), .. rest.Count == 0 ? [] : new[] { detectOne([.. rest.Select(file => (file.File, file.Split))]) }]);
            }
            row.Restore(one);
        }
    }

    public void Drop(StartRow row) => rows.Remove(row);

    /// <summary>One row in the place of others.</summary>
    public StartRow Replace(IReadOnlyList<StartRow> old, params IReadOnlyList<DatasetGuess> guesses)
    {
        var at = rows.IndexOf(old[0]);
        rows.RemoveAll(old.Contains);
        var made = guesses.Select(guess => new StartRow(guess)).ToList();
        rows.InsertRange(at, made);
        return made[0];
    }

    public StartPlan Plan(StartFiles files) => new()
    {
        MixName = MixName.Trim(),
        Items =
        [
            .. Included.Select(row => new StartItem(
                row.Name,
                [.. row.Guess.Files.Select(file => new ImportFile(files.Files[file.File].Path, file.Split, Path.GetFileName(file.Name)))],
                row.Guess.Import with { Name = row.Name, Split = row.Split, SkipBadRows = row.SkipBadRows },
                row.Task with { Name = "" })),
        ],
    };
}
