namespace MtlStudio.Core.Datasets;

/// <summary>One value of a row: its text, and whether that text is JSON (a number, a boolean, a list) or plain characters.</summary>
/// <param name="Text">Null where the row has no value in the column.</param>
/// <param name="IsJson">The value came as JSON other than a string, and <paramref name="Text"/> is its compact JSON text.</param>
public readonly record struct Cell(string? Text, bool IsJson = false)
{
    public bool IsAbsent => Text is null;

    /// <summary>The value is a list, so <see cref="Text"/> is a JSON array.</summary>
    public bool IsList => IsJson && Text is ['[', ..];

    public override string ToString() => Text ?? "";
}
