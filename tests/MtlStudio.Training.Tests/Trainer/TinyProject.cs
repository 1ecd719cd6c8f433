using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core;
using MtlStudio.Core.Runs;
using MtlStudio.Trainer.Cli;

namespace MtlStudio.Training.Tests.Trainer;

/// <summary>A folder with a tiny model of our own making, two small tasks and a spec that runs in a second.</summary>
public sealed class TinyProject : IDisposable
{
    private static readonly string[] Colors = ["red", "blue", "green"], Things = ["ship", "house", "door", "stone"];

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("mtl-tiny-");

    public TinyProject()
    {
        File.WriteAllLines(this["text.txt"], Enumerable.Range(0, 120).Select(Sentence));
        var (code, _, errors) = Mtl("pretrain", "--text", this["text.txt"], "--out", this["model"], "--vocab", "300", "--hidden", "16", "--layers", "2", "--heads", "2",
            "--positions", "64", "--steps", "12", "--batch", "4", "--warmup", "2", "--validation", "10", "--threads", "1");
        Assert.True(code == 0, errors);
        foreach (var (split, count) in new[] { ("train", 40), ("validation", 8), ("test", 6) })
        {
            Write($"color.{split}.jsonl", count, i => new JsonObject { ["text"] = Sentence(i), ["color"] = Colors[i % 3] });
            Write($"echo.{split}.jsonl", count, i => new JsonObject { ["word"] = Things[i % 4], ["again"] = Things[i % 4] });
        }
        WriteSpec("spec.json", Spec());
    }

    public string this[string name] => Path.Combine(root.FullName, name);

    public string Root => root.FullName;

    public void WriteSpec(string name, JsonObject spec) => File.WriteAllText(this[name], spec.ToJsonString());

    public static JsonObject Spec(int steps = 8) => JsonNode.Parse($$"""
        {
          "name": "tiny", "model": { "path": "model" },
          "tasks": [
            { "name": "color", "kind": "classification", "labels": ["red", "blue", "green"],
              "data": { "train": "color.train.jsonl", "validation": "color.validation.jsonl", "test": "color.test.jsonl" },
              "template": { "prompt": "{text} It is", "answer": " {color}" } },
            { "name": "echo", "data": { "train": "echo.train.jsonl", "validation": "echo.validation.jsonl", "test": "echo.test.jsonl" },
              "template": { "prompt": "say {word}:", "answer": " {again}" }, "maxNewTokens": 4 }
          ],
          "weighting": { "name": "pcgrad" }, "peft": { "name": "lora", "options": { "rank": 2, "dropout": 0.1 } },
          "schedule": { "name": "cosine", "options": { "warmupSteps": 2 } },
          "training": { "steps": {{steps}}, "microBatch": 2, "maxLength": 48 },
          "evaluation": { "every": 4, "examples": 4, "samples": 2 }, "checkpoints": { "every": 4 }, "telemetry": { "gradientEvery": 2 }
        }
        """)!.AsObject();

    /// <summary>Runs the command line within this process.</summary>
    public static (int Code, string Output, string Errors) Mtl(params string[] args)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        return (CommandLine.Run(args, output, errors), output.ToString(), errors.ToString());
    }

    /// <summary>Starts the program itself.</summary>
    public static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "mtl.dll"));
        foreach (var arg in args) start.ArgumentList.Add(arg);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    public static List<RunEvent> Events(string dir) =>
        [.. File.ReadLines(new RunFolder(dir).Events).Select(line => JsonSerializer.Deserialize<RunEvent>(line, WireJson.Compact)!)];

    public void Dispose() => root.Delete(recursive: true);

    private void Write(string name, int count, Func<int, JsonObject> row) =>
        File.WriteAllText(this[name], string.Concat(Enumerable.Range(0, count).Select(i => row(i).ToJsonString() + "\n")), new UTF8Encoding(false));

    private static string Sentence(int i)
    {
        var random = new KeyedRandom(1, "tiny", i);
        return $"The {Things[random.NextInt(4)]} by the {Things[random.NextInt(4)]} is {Colors[i % 3]}.";
    }
}
