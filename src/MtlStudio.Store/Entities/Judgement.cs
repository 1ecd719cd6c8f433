using System.IO.Compression;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>What every example of one task scored in one evaluation of a run.</summary>
public sealed class ExampleScores
{
    public long Id { get; set; }
    public long RunId { get; set; }
    public long Seq { get; set; }
    public int Step { get; set; }
    public string Split { get; set; } = "";
    public string Task { get; set; } = "";
    /// <summary>How many examples.</summary>
    public int Examples { get; set; }
    /// <summary>The event as JSON, compressed (zlib).</summary>
    public byte[] Data { get; set; } = [];

    /// <summary>The scores, read anew at each call.</summary>
    public ExampleScoresEvent Read()
    {
        using var stream = new ZLibStream(new MemoryStream(Data), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<ExampleScoresEvent>(stream, WireJson.Compact) ?? throw new JsonException($"The example scores {Id} of run {RunId} are empty");
    }

    internal static byte[] Pack(ExampleScoresEvent scores)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Fastest)) JsonSerializer.Serialize(stream, scores, WireJson.Compact);
        return packed.ToArray();
    }
}

/// <summary>
/// How one task of a finished run stands against a reference, judged when the run or its baseline finished. Both sides are
/// scored on the same examples of the same split.
/// </summary>
public sealed class RunDelta
{
    public const string Baseline = "baseline", Untuned = "untuned";

    public long RunId { get; set; }
    public string Task { get; set; } = "";
    /// <summary><see cref="Baseline"/> or <see cref="Untuned"/>.</summary>
    public string Reference { get; set; } = "";
    /// <summary>The run the reference's score comes from; for the untuned model the run itself.</summary>
    public long ReferenceRunId { get; set; }
    public string Metric { get; set; } = "";
    public bool HigherIsBetter { get; set; } = true;
    /// <summary>"test", or "validation" where a side has no test scores.</summary>
    public string Split { get; set; } = "";
    /// <summary>The step of the checkpoint whose score stands for the run.</summary>
    public int Step { get; set; }
    public int Examples { get; set; }
    public int Seeds { get; set; } = 1;
    /// <summary>In the metric's own unit, as are the reference's value, the delta and its interval.</summary>
    public double Value { get; set; }
    public double ReferenceValue { get; set; }
    /// <summary>Value − reference's value: whether above 0 is good <see cref="HigherIsBetter"/> says.</summary>
    public double Delta { get; set; }
    /// <summary>The interval that the verdict was read from: by paired bootstrap, at Holm's level over the run's tasks.</summary>
    public double Low { get; set; }
    public double High { get; set; }
    /// <summary>Two-sided, Holm-adjusted over the run's tasks.</summary>
    public double P { get; set; }
    /// <summary>"helped", "hurt", "same", "unclear" or "neither".</summary>
    public string Verdict { get; set; } = "";
    public DateTimeOffset ComputedAt { get; set; }
}

internal static class JudgementModel
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<ExampleScores>(set =>
        {
            set.HasOne<Run>().WithMany().HasForeignKey(s => s.RunId);
            set.HasIndex(s => new { s.RunId, s.Task, s.Split, s.Step });
        });
        model.Entity<RunDelta>(delta =>
        {
            delta.HasKey(d => new { d.RunId, d.Task, d.Reference });
            delta.HasOne<Run>().WithMany().HasForeignKey(d => d.RunId);
            delta.HasOne<Run>().WithMany().HasForeignKey(d => d.ReferenceRunId);
            delta.HasIndex(d => new { d.Reference, d.Task, d.Verdict });
        });
    }
}
