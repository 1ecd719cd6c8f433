namespace MtlStudio.Core.Datasets;

public enum DataFormat
{
    /// <summary>One JSON object a line.</summary>
    Jsonl,
    /// <summary>Delimited text with commas, semicolons or bars.</summary>
    Csv,
    /// <summary>Delimited text with tabs.</summary>
    Tsv,
    /// <summary>A JSON array of objects.</summary>
    Json,
    Parquet,
    /// <summary>Plain text: a column <c>text</c>.</summary>
    Text,
}

/// <summary>What a double quote means in delimited text.</summary>
public enum Quoting
{
    /// <summary>An ordinary character.</summary>
    None,
    /// <summary>Around a field, with quotes inside it doubled (RFC 4180); such a field may hold delimiters and line breaks.</summary>
    Rfc4180,
}

/// <summary>What one row of plain text is.</summary>
public enum TextUnit
{
    Line,
    /// <summary>Lines up to an empty one.</summary>
    Paragraph,
}

/// <summary>How a file is read: every choice, and why it was made.</summary>
public sealed record FileFormat
{
    public DataFormat Format { get; init; }
    /// <summary>One of <see cref="TextEncodings.Names"/>; Parquet has none.</summary>
    public string Encoding { get; init; } = TextEncodings.Utf8;
    /// <summary>Of delimited text.</summary>
    public char? Delimiter { get; init; }
    /// <summary>The first row of delimited text names the columns.</summary>
    public bool HasHeader { get; init; }
    public Quoting Quoting { get; init; }
    public TextUnit TextUnit { get; init; }
    /// <summary>Names that stand for the file's own, by position; null: the file's own.</summary>
    public IReadOnlyList<string>? ColumnNames { get; init; }
    /// <summary>One short sentence for each choice.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    public bool IsDelimited => Format is DataFormat.Csv or DataFormat.Tsv;
}

/// <summary>What the user says about files; null: detected.</summary>
public sealed record ReadOptions
{
    public DataFormat? Format { get; init; }
    /// <summary>One of <see cref="TextEncodings.Names"/>.</summary>
    public string? Encoding { get; init; }
    public char? Delimiter { get; init; }
    public bool? HasHeader { get; init; }
    public Quoting? Quoting { get; init; }
    public TextUnit? TextUnit { get; init; }
    /// <summary>Names for the columns of delimited text and Parquet, by position.</summary>
    public IReadOnlyList<string>? ColumnNames { get; init; }
}
