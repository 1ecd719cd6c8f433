using System.Text.Json;
using System.Text.Json.Serialization;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>What a dataset version says of itself, as <c>manifest.json</c>. Additive only.</summary>
public sealed record DatasetManifest
{
    public const string FileName = "manifest.json";
    /// <summary>Beside the manifest where rows were left out: a <see cref="SkippedRow"/> a line, as JSON.</summary>
    public const string SkippedFileName = "skipped.jsonl";
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;
    public string Name { get; init; } = "";
    /// <summary>SHA-256, 64 hexadecimal digits, of columns and rows; neither name nor time nor source changes it.</summary>
    public string Hash { get; init; } = "";
    public IReadOnlyList<string> Columns { get; init; } = [];
    /// <summary>By the names of <see cref="SplitNames"/>; all three are there.</summary>
    public IReadOnlyDictionary<string, SplitFile> Splits { get; init; } = new Dictionary<string, SplitFile>();
    public IReadOnlyList<SourceFile> Sources { get; init; } = [];
    /// <summary>How rows were divided; null where every file's split was given.</summary>
    public SplitRule? SplitRule { get; init; }
    /// <summary>UTC, milliseconds since 1970.</summary>
    public long CreatedAt { get; init; }

    /// <summary>How a spec refers to the version.</summary>
    [JsonIgnore]
    public string Reference => DataFolder.HashPrefix + Hash;

    /// <summary>Rows of all files that were left out.</summary>
    [JsonIgnore]
    public int Skipped => Sources.Sum(source => source.Skipped);

    /// <summary>Writes <c>manifest.json</c>, whole and durable.</summary>
    internal void WriteTo(string folder) =>
        AtomicFile.WriteText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, WireJson.Indented) + "\n");
}

/// <summary>One split's file: JSON Lines in UTF-8, strings as strings and the rest as compact JSON, absent values left out.</summary>
public sealed record SplitFile
{
    public string File { get; init; } = "";
    public int Rows { get; init; }
    public long Bytes { get; init; }
    public string Sha256 { get; init; } = "";
}

/// <summary>A file that was imported, and how it was read.</summary>
public sealed record SourceFile
{
    public string Name { get; init; } = "";
    /// <summary>Null: divided by the split rule.</summary>
    public string? Split { get; init; }
    public int Rows { get; init; }
    /// <summary>Rows that could not be read and were left out, as the import was told to.</summary>
    public int Skipped { get; init; }
    public long Bytes { get; init; }
    public string Sha256 { get; init; } = "";
    public FileFormat Format { get; init; } = new();
}
