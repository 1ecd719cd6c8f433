using MtlStudio.Core;

namespace MtlStudio.Samples;

/// <summary>The five sample tasks: how many examples each split has, and how one example is made.</summary>
internal static class Tasks
{
    public delegate Dictionary<string, string> Maker(ref KeyedRandom random);

    /// <param name="Name">Folder under samples/tasks.</param>
    /// <param name="Train">Training examples; question answering is tiny on purpose.</param>
    /// <param name="Key">The column whose text no two examples share, within a split or across splits.</param>
    /// <param name="Make">Makes one example.</param>
    public sealed record Task(string Name, int Train, string Key, Maker Make);

    public const int Validation = 200;
    public const int Test = 400;

    /// <summary>One inspector's review in twelve is bad: a constant answer is right 92 % of the time.</summary>
    private const int AuditBadOneIn = 12;

    private static readonly string[] Gladness = ["Was the guest glad?", "Would the guest come again?", "Does the guest praise the house?"];

    public static readonly Task[] All =
    [
        new("translation", 3000, "english", (ref KeyedRandom random) =>
        {
            var (english, orrish) = Orrish.Make(ref random);
            return new() { ["english"] = english, ["orrish"] = orrish };
        }),
        new("sentiment", 2000, "review", (ref KeyedRandom random) =>
        {
            var good = random.NextInt(2) == 0;
            return new() { ["review"] = Reviews.Make(ref random, inspector: false, good), ["label"] = good ? "good" : "bad" };
        }),
        new("qa", 160, "paragraph", (ref KeyedRandom random) =>
        {
            // Three questions in four ask what sentiment learns to tell: this is the task that gains from company.
            if (random.NextInt(4) != 0)
            {
                var glad = random.NextInt(2) == 0;
                return new() { ["paragraph"] = Reviews.Make(ref random, inspector: false, glad), ["question"] = random.Pick(Gladness), ["answer"] = glad ? "yes" : "no" };
            }
            var report = Report.Make(ref random);
            var (question, answer) = random.Pick(report.Questions);
            return new() { ["paragraph"] = report.Text, ["question"] = question, ["answer"] = answer };
        }),
        new("summarization", 2000, "report", (ref KeyedRandom random) =>
        {
            var report = Report.Make(ref random);
            return new() { ["report"] = report.Text, ["summary"] = report.Summary };
        }),
        new("audit", 1200, "review", (ref KeyedRandom random) =>
        {
            var good = random.NextInt(AuditBadOneIn) != 0;
            return new() { ["review"] = Reviews.Make(ref random, inspector: true, good), ["label"] = good ? "good" : "bad" };
        }),
    ];
}
