using System.Text;
using System.Text.Json;
using MtlStudio.Core;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Samples;

// Makes the sample tasks and the text the sample model is pre-trained on (the same seed gives the same bytes), and records the
// sample study from a studio that trains it.
const long Seed = 20_26;
if (args is ["tasks", var tasks])
{
    foreach (var task in Tasks.All) WriteTask(task, Path.Combine(tasks, task.Name));
    return ExitCodes.Done;
}
if (args is ["text", var file, ..] && (args.Length == 2 || int.TryParse(args[2], out _)))
{
    AtomicFile.WriteText(file, PretrainingText.Make(args.Length > 2 ? int.Parse(args[2]) : 40_000, Seed));
    return ExitCodes.Done;
}
if (args is ["study", var studio, var study] && Uri.TryCreate(studio, UriKind.Absolute, out var address))
{
    using var client = new HttpClient { BaseAddress = address };
    await new StudyRecorder(client, study).RecordAsync();
    return ExitCodes.Done;
}
Console.Error.WriteLine("usage: mtl-samples tasks FOLDER | mtl-samples text FILE [DOCUMENTS] | mtl-samples study STUDIO-ADDRESS FOLDER");
return ExitCodes.InvalidInput;

static void WriteTask(Tasks.Task task, string folder)
{
    Directory.CreateDirectory(folder);
    var seen = new HashSet<string>();
    var index = 0;
    foreach (var (split, count) in new[] { ("train", task.Train), ("validation", Tasks.Validation), ("test", Tasks.Test) })
    {
        var lines = new StringBuilder();
        for (var made = 0; made < count; index++)
        {
            var random = new KeyedRandom(Seed, task.Name, index);
            var row = task.Make(ref random);
            if (!seen.Add(row[task.Key])) continue;
            lines.Append(JsonSerializer.Serialize(row, WireJson.Compact)).Append('\n');
            made++;
        }
        AtomicFile.WriteText(Path.Combine(folder, split + ".jsonl"), lines.ToString());
    }
}
