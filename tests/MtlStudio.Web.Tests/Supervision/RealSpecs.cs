using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Tests.Supervision;

/// <summary>A short run of the real trainer: two of the sample tasks in a very small model.</summary>
internal static class RealSpecs
{
    public static RunSpec Make(string model, int steps) => new()
    {
        Name = "real",
        Seed = 3,
        Model = new() { Path = model },
        Tasks =
        [
            new()
            {
                Name = "sentiment",
                Kind = "classification",
                Data = Data("sentiment"),
                Template = new() { Prompt = "{review} Verdict:", Answer = " {label}" },
                Labels = ["good", "bad"],
            },
            new() { Name = "qa", Data = Data("qa"), Template = new() { Prompt = "{question} Answer:", Answer = " {answer}" }, MaxNewTokens = 4 },
        ],
        Weighting = new() { Name = "pcgrad" },
        Training = new() { Steps = steps, MicroBatch = 2, MaxLength = 96 },
        Evaluation = new() { Every = 20, Examples = 2, Samples = 1, Test = false },
        Checkpoints = new() { Every = 4 },
        Telemetry = new() { GradientEvery = 5, SystemEverySeconds = 0.5 },
        Device = new() { Threads = 1 },
    };

    private static DataRef Data(string task) => new() { Train = Rows(task, "train"), Validation = Rows(task, "validation") };

    private static string Rows(string task, string split) => Path.Combine(Root(), "samples", "tasks", task, $"{split}.jsonl");

    private static string Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "MtlStudio.sln"))) return at.FullName;
        throw new DirectoryNotFoundException("MtlStudio.sln is in no folder above the tests");
    }
}
