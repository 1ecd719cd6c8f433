using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>Collects the faults of files, so that a user sees them all at once and not one an import.</summary>
internal sealed class DataFaults
{
    public static string TooLong { get; } =
        $"it is longer than {DatasetLimits.LineLength / 1_000_000} MB, the most a row may have: split it into several rows, or see whether its line breaks (or a closing quote) are missing";

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
