using MtlStudio.Core.Datasets;
using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;

namespace MtlStudio.Trainer.Studio;

/// <summary>Sends a studio what a spec names by path, and names it by content hash instead.</summary>
internal static class SpecUpload
{
    /// <param name="said">Told what is sent.</param>
    /// <exception cref="InvalidInputException">Something named is not there, or the studio refuses it; under the spec's field.</exception>
    public static RunSpec Send(RunSpec spec, string specFolder, StudioClient studio, Action<string> said)
    {
        if (!string.IsNullOrEmpty(spec.Model.Adapter) && !DataFolder.IsHash(spec.Model.Adapter))
            throw new InvalidInputException("model.adapter", "Adapters cannot be sent yet: run the spec with mtl run, or merge the adapter into a model");
        var model = DataFolder.IsHash(spec.Model.Path) ? spec.Model.Path : SendModel(DataFolder.Resolve(spec.Model.Path, "model.path", specFolder, null, data => data.Models), studio, said);
        return spec with
        {
            Model = spec.Model with { Path = model },
            Tasks = [.. spec.Tasks.Select((task, k) => task with { Data = SendData(task, $"tasks[{k}].data", specFolder, studio, said) })],
        };
    }

    /// <summary>Sends a folder in Hugging Face layout, or its zip; gives its reference.</summary>
    public static string SendModel(string path, StudioClient studio, Action<string> said)
    {
        List<(string, string)> files = Directory.Exists(path) ? [.. ModelImporter.FilesOf(path).Select(name => ("file", Path.Combine(path, name)))] : [("file", path)];
        var name = Directory.Exists(path) ? new DirectoryInfo(path).Name : Path.GetFileNameWithoutExtension(path);
        return Reference(studio.Upload("models", files, new Dictionary<string, string> { ["name"] = name }, Progress($"model {path}", said)));
    }

    /// <summary>Sends files as one dataset; gives its reference, and says how many rows were left out.</summary>
    /// <param name="files">A split's name, or null where rows are to be divided.</param>
    public static string SendDataset(IReadOnlyList<(string? Split, string Path)> files, string options, StudioClient studio, Action<string> said)
    {
        var answer = studio.Upload("datasets", [.. files.Select(file => (file.Split ?? "file", file.Path))], new Dictionary<string, string> { ["options"] = options },
            Progress(string.Join(", ", files.Select(file => Path.GetFileName(file.Path))), said));
        var left = answer["dataset"]?["sources"]?.AsArray().Sum(source => source?["skipped"]?.GetValue<int>() ?? 0) ?? 0;
        if (left > 0) said($"{left} {(left == 1 ? "row" : "rows")} could not be read and {(left == 1 ? "was" : "were")} left out: see GET /api/v1/datasets/{answer["dataset"]!["id"]}/skipped");
        return Reference(answer);
    }

    private static DataRef SendData(TaskSpec task, string field, string specFolder, StudioClient studio, Action<string> said)
    {
        var data = task.Data;
        if (data.Dataset is { } dataset && DataFolder.IsHash(dataset)) return data;
        List<(string? Split, string Path)> files = [];
        if (data.Dataset is { } folder)
        {
            var path = DataFolder.Resolve(folder, $"{field}.dataset", specFolder, null, root => root.Datasets);
            files.AddRange(DatasetVersion.ReadManifest(path).Splits.Where(split => split.Value.Rows > 0).Select(split => ((string?)split.Key, Path.Combine(path, split.Value.File))));
        }
        foreach (var (split, file) in new[] { (SplitNames.Train, data.Train), (SplitNames.Validation, data.Validation), (SplitNames.Test, data.Test) })
            if (file is not null) files.Add((split, DataFolder.Resolve(file, $"{field}.{split}", specFolder, null, root => root.Root)));
        var options = System.Text.Json.JsonSerializer.Serialize(new ImportOptions { Name = task.Name }, WireJson.Compact);
        return data with { Dataset = SendDataset(files, options, studio, said), Train = null, Validation = null, Test = null };
    }

    private static string Reference(System.Text.Json.Nodes.JsonObject answer) =>
        answer["reference"]?.GetValue<string>() ?? throw new HttpRequestException("The studio did not say how to name what was sent: update mtl or the studio");

    private static Action<long, long> Progress(string what, Action<string> said)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var shown = started;
        return (sent, total) =>
        {
            if (System.Diagnostics.Stopwatch.GetElapsedTime(shown) < TimeSpan.FromSeconds(2) && sent < total) return;
            shown = System.Diagnostics.Stopwatch.GetTimestamp();
            var seconds = Math.Max(System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds, 1e-3);
            said($"sending {what}: {ByteText.Of(sent)} of {ByteText.Of(total)} · {ByteText.Of(sent / seconds)}/s · {Cli.ProgressLine.Left((total - sent) * seconds / sent)} left");
        };
    }
}
