using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Metrics;

namespace MtlStudio.Store.Judging;

/// <summary>The alarms of finished runs in which a task is hurt: beside its baseline in this run, or in all seeds together.</summary>
internal static class HurtAlarms
{
    /// <summary>The kind of the alarm.</summary>
    public const string Kind = "hurt";

    /// <summary>Writes a run's alarms anew from the verdicts that are stored.</summary>
    public static async Task WriteAsync(StudioContext context, long id, DateTimeOffset now)
    {
        if (await context.Runs.SingleOrDefaultAsync(row => row.Id == id, CancellationToken.None) is not { } run) return;
        var alone = await context.RunDeltas.Where(delta => delta.RunId == id && delta.Reference == RunDelta.Baseline).ToListAsync(CancellationToken.None);
        var seeds = await context.SeedDeltas.Where(delta => delta.Reference == RunDelta.Baseline && context.SeedMembers.Any(member => member.RunId == id && member.GroupHash == delta.GroupHash)).ToListAsync(CancellationToken.None);
        var stored = await context.Alarms.Where(alarm => alarm.RunId == id && alarm.Kind == Kind).ToListAsync(CancellationToken.None);
        var hurt = new List<(string Task, string Message, int Step)>();
        foreach (var own in alone)
            if (Words(own, seeds.FirstOrDefault(delta => delta.Task == own.Task && delta.ReadRuns().Contains(id))) is { } message) hurt.Add((own.Task, message, own.Step));
        context.Alarms.RemoveRange(stored.Where(alarm => hurt.All(one => one.Task != alarm.Task)));
        foreach (var (task, message, step) in hurt)
            if (stored.FirstOrDefault(alarm => alarm.Task == task) is { } known) known.Message = message;
            else context.Alarms.Add(new() { RunId = id, Seq = run.IngestSeq, Time = now, Step = step, Kind = Kind, Task = task, Message = message });
    }

    /// <summary>One seed suspects; it does not show. Null where nothing is hurt.</summary>
    internal static string? Words(RunDelta own, SeedDelta? together)
    {
        var isHurt = own.Verdict == "hurt";
        if (together is { Verdict: "hurt" })
            return string.Create(CultureInfo.InvariantCulture, $"{own.Task} is hurt in the {together.Seeds} seeds of this training together (runs {Listed(together.ReadRuns())}): {own.Metric} {Size(own, together.Delta)} {Side(own)} the baselines ({(together.Transfer == "negative" ? "negative transfer: so under each seed" : $"suspected negative transfer: {(together.Seeds < Core.Analysis.Transfers.SeedsToAgree ? $"{together.Seeds} seeds" : "not under each seed")}")})");
        if (!isHurt) return null;
        var alone = string.Create(CultureInfo.InvariantCulture, $"{own.Task} is hurt: {own.Metric} {Scaled(own, own.Value):0.0}, {Size(own, own.Delta)} {Side(own)} its baseline, run {own.ReferenceRunId}");
        return together is null ? $"{alone} (suspected negative transfer: one seed)"
            : $"{alone}, under this seed; over {together.Seeds} seeds together (runs {Listed(together.ReadRuns())}) {Together(together.Verdict)}";
    }

    private static string Together(string verdict) => verdict switch
    {
        "helped" => "it is helped",
        "same" => "it scores the same",
        "neither" => "neither the runs nor their baselines have learned it",
        _ => "it can't be told yet",
    };

    private static string Listed(IReadOnlyList<long> runs) => $"{string.Join(", ", runs.SkipLast(1))} and {runs[^1]}";

    private static string Side(RunDelta delta) => delta.HigherIsBetter ? "below" : "above";

    private static string Size(RunDelta own, double delta) => Math.Abs(Scaled(own, delta)).ToString("0.0", CultureInfo.InvariantCulture);

    private static double Scaled(RunDelta delta, double value) => MetricRegistry.Find(delta.Metric)?.Unit == "fraction" ? 100 * value : value;
}
