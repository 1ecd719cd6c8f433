using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>Collects the faults of files, so that a user sees them all at once and not one an import.</summary>
/// <param name="skipped">Takes the rows that cannot be read, where these are to be left out; null: each is a fault.</param>
internal sealed class DataFaults(SkippedRows? skipped = null)
{
    public static string TooLong { get; } =
        $"it is longer than {ByteText.Of(DatasetLimits.LineLength)}, the most a row may have: split it into several rows, or see whether its line breaks (or a closing quote) are missing";

    public static string TooDeep { get; } =
        $"objects and lists lie more than {DatasetLimits.JsonDepth} deep inside one another, the most that is read: flatten the row";

    private readonly List<FieldError> errors = [];

    /// <summary>Notes a fault after which reading can go on.</summary>
    /// <param name="file">The file's name as the user knows it; becomes the error's field.</param>
    /// <param name="line">1-based, or null where the whole file is meant.</param>
    /// <exception cref="InvalidInputException">There are <see cref="DatasetLimits.Faults"/> faults now.</exception>
    public void Add(string file, long? line, string message)
    {
        errors.Add(Make(file, line, message));
        if (errors.Count >= DatasetLimits.Faults) ThrowIfAny();
    }

    /// <summary>Notes a row that cannot be read and without which the rest of the file still can.</summary>
    /// <exception cref="InvalidInputException">There are too many.</exception>
    public void AddRow(string file, long line, string message)
    {
        if (skipped is null) Add(file, line, message);
        else skipped.Add(new(file, line, message));
    }

    /// <summary>A fault after which reading cannot go on, together with those noted before.</summary>
    public InvalidInputException Fatal(string file, long? line, string message) => new([.. errors, Make(file, line, message)]);

    public void ThrowIfAny()
    {
        if (errors.Count > 0) throw new InvalidInputException([.. errors]);
    }

    public bool Any => errors.Count > 0;

    private static FieldError Make(string file, long? line, string message) =>
        new(file, line is null ? message : $"line {line}: {message}");
}
