using System.Text.Json;
using System.Text.RegularExpressions;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Supervision.Exports;

/// <summary>The exports of a run as files: a folder each once it is whole, and beside it what is known of it.</summary>
internal static partial class ExportFolder
{
    public static string NameOf(int step, string form) => $"step-{step:D8}-{form}";

    public static string Root(RunFolder run) => Path.Combine(run.Root, "exports");

    /// <summary>Where the export lies once it is whole.</summary>
    public static string PathOf(RunFolder run, string name) => Path.Combine(Root(run), name);

    /// <summary>Where the trainer writes it.</summary>
    public static string Unfinished(RunFolder run, string name) => Path.Combine(Root(run), $".{name}.tmp");

    /// <summary>What the trainer is told of the references; goes with the end.</summary>
    public static string References(RunFolder run, string name) => Path.Combine(Root(run), $".{name}.references.json");

    /// <summary>The newest first.</summary>
    public static IReadOnlyList<ExportRecord> List(RunFolder run) => !Directory.Exists(Root(run)) ? []
        : [.. Directory.EnumerateFiles(Root(run), "step-*.json").Select(path => Read(run, Path.GetFileNameWithoutExtension(path))).OfType<ExportRecord>()
            .OrderByDescending(record => record.CreatedAt).ThenByDescending(record => record.Step)];

    /// <summary>The record of that name, or null; a name that no export can have is none.</summary>
    public static ExportRecord? Read(RunFolder run, string name)
    {
        if (!Name().IsMatch(name)) return null;
        try
        {
            return JsonSerializer.Deserialize<ExportRecord>(File.ReadAllText(RecordOf(run, name)), WireJson.Compact);
        }
        catch (Exception missing) when (missing is IOException or JsonException)
        {
            return null;
        }
    }

    public static void Write(RunFolder run, ExportRecord record)
    {
        Directory.CreateDirectory(Root(run));
        AtomicFile.WriteText(RecordOf(run, record.Name), JsonSerializer.Serialize(record, WireJson.Indented));
    }

    /// <summary>Removes the export and all that is known of it.</summary>
    public static void Delete(RunFolder run, string name)
    {
        RemoveFiles(run, name);
        File.Delete(RecordOf(run, name));
    }

    /// <summary>Removes what was written, whole or not.</summary>
    public static void RemoveFiles(RunFolder run, string name)
    {
        if (!Directory.Exists(Root(run))) return;
        foreach (var folder in new[] { PathOf(run, name), Unfinished(run, name) })
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        File.Delete(References(run, name));
    }

    public static IReadOnlyList<ExportFile> Files(string folder)
    {
        try
        {
            return !Directory.Exists(folder) ? [] : [.. new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Select(file => new ExportFile(Path.GetRelativePath(folder, file.FullName).Replace('\\', '/'), file.Length)).OrderBy(file => file.Name, StringComparer.Ordinal)];
        }
        catch (IOException)
        {
            return []; // renamed into place between two looks
        }
    }

    private static string RecordOf(RunFolder run, string name) => Path.Combine(Root(run), $"{name}.json");

    [GeneratedRegex("^step-[0-9]{8,10}-(adapter|merged|full)$")]
    private static partial Regex Name();
}
