using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Tests.Supervision;

/// <summary>Valid specs for the fake trainer, which reads nothing of what they refer to.</summary>
internal static class FakeSpecs
{
    /// <param name="traits">As "stepMs=5": how the fake trainer behaves.</param>
    public static RunSpec Make(int steps = 40, int checkpointEvery = 5, long seed = 1, params string[] traits) => new()
    {
        Name = "fake",
        Seed = seed,
        Model = new() { Path = "model" },
        Tasks =
        [
            new() { Name = "qa", Data = new() { Train = "qa.jsonl", Validation = "qa.jsonl" }, Template = new() { Prompt = "{q}", Answer = "{a}" } },
            new() { Name = "sentiment", Data = new() { Train = "s.jsonl", Validation = "s.jsonl" }, Template = new() { Prompt = "{q}", Answer = "{a}" } },
        ],
        Training = new() { Steps = steps },
        Checkpoints = new() { Every = checkpointEvery },
        Tags = [.. traits.Select(trait => $"fake:{trait}")],
    };
}
