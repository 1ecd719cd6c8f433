using System.IO.Compression;
using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Library;

/// <summary>
/// Finished runs that were trained elsewhere, kept as their specs and events: a studio that takes them in shows them as it
/// would its own. A folder with <c>study.json</c> and an events file a run (events.jsonl, Brotli). Additive only.
/// </summary>
public sealed record RecordedStudy
{
    public const string FileName = "study.json";

    public string Name { get; init; } = "";
    public IReadOnlyList<RecordedRun> Runs { get; init; } = [];

    /// <exception cref="InvalidInputException">It is damaged.</exception>
    public static RecordedStudy Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return JsonSerializer.Deserialize<RecordedStudy>(File.ReadAllText(path), WireJson.Indented)
                ?? throw new InvalidInputException(path, "it is empty: take the folder from the repository again");
        }
        catch (JsonException fault)
        {
            throw new InvalidInputException(path, $"it is damaged ({fault.Message}): take the folder from the repository again");
        }
    }

    public void WriteTo(string folder) => AtomicFile.WriteText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, WireJson.Indented) + "\n");

    /// <summary>The lines of one run's events.jsonl.</summary>
    public static string ReadEvents(string folder, RecordedRun run)
    {
        using var file = File.OpenRead(Path.Combine(folder, run.Events));
        using var reader = new StreamReader(new BrotliStream(file, CompressionMode.Decompress));
        return reader.ReadToEnd();
    }

    /// <param name="lines">Events, one JSON object each, without line ends.</param>
    public static void WriteEvents(string folder, RecordedRun run, IEnumerable<string> lines) => AtomicFile.Write(Path.Combine(folder, run.Events), file =>
    {
        using var packed = new BrotliStream(file, CompressionLevel.SmallestSize, leaveOpen: true);
        using var writer = new StreamWriter(packed) { NewLine = "\n" };
        foreach (var line in lines) writer.WriteLine(line);
    });
}

/// <summary>One run of a <see cref="RecordedStudy"/>. Times are UTC, milliseconds since 1970.</summary>
public sealed record RecordedRun
{
    /// <summary>What the study's other runs call it by.</summary>
    public string Key { get; init; } = "";
    /// <summary>With content hashes for model and data.</summary>
    public RunSpec Spec { get; init; } = new();
    public long CreatedAt { get; init; }
    public long StartedAt { get; init; }
    public long EndedAt { get; init; }
    /// <summary>Keys of the runs that are this one's single-task baselines, by task.</summary>
    public IReadOnlyDictionary<string, string> Baselines { get; init; } = new Dictionary<string, string>();
    /// <summary>The file of its events, in the study's folder.</summary>
    public string Events { get; init; } = "";
}
