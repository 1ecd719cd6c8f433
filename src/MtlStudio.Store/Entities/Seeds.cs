using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>A finished run's place among those that differ from it in nothing but their seed.</summary>
public sealed class SeedMember
{
    public long RunId { get; set; }
    /// <summary>What <see cref="SeedRuns.GroupHash"/> gives.</summary>
    public string GroupHash { get; set; } = "";
}

/// <summary>
/// How one task of finished runs that differ only in their seed stands against a reference, judged together: what one seed suspects,
/// several may show. Kept as long as there are two seeds.
/// </summary>
public sealed class SeedDelta
{
    public string GroupHash { get; set; } = "";
    public string Task { get; set; } = "";
    /// <summary><see cref="RunDelta.Baseline"/> or <see cref="RunDelta.Untuned"/>.</summary>
    public string Reference { get; set; } = "";
    /// <summary>The runs' numbers, one run a seed, by rising seed: "1,8,15".</summary>
    public string Runs { get; set; } = "";
    /// <summary>The highest seed of them.</summary>
    public long LastSeed { get; set; }
    public string Metric { get; set; } = "";
    public bool HigherIsBetter { get; set; } = true;
    /// <summary>"test", or "validation" where a side has no test scores.</summary>
    public string Split { get; set; } = "";
    public int Examples { get; set; }
    public int Seeds { get; set; }
    /// <summary>The mean over the seeds, in the metric's own unit, as are the reference's value, the delta and its interval.</summary>
    public double Value { get; set; }
    public double ReferenceValue { get; set; }
    public double Delta { get; set; }
    public double Low { get; set; }
    public double High { get; set; }
    /// <summary>Two-sided, Holm-adjusted over the tasks.</summary>
    public double P { get; set; }
    /// <summary>"helped", "hurt", "same", "unclear" or "neither".</summary>
    public string Verdict { get; set; } = "";
    /// <summary>"none", "suspected" or "negative".</summary>
    public string Transfer { get; set; } = "";
    public DateTimeOffset ComputedAt { get; set; }

    public IReadOnlyList<long> ReadRuns() => [.. Runs.Split(',').Select(run => long.Parse(run, CultureInfo.InvariantCulture))];
}

internal static class SeedModel
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<SeedMember>(member =>
        {
            member.HasKey(m => m.RunId);
            member.Property(m => m.RunId).ValueGeneratedNever();
            member.HasOne<Run>().WithMany().HasForeignKey(m => m.RunId);
            member.HasIndex(m => m.GroupHash);
        });
        model.Entity<SeedDelta>().HasKey(d => new { d.GroupHash, d.Task, d.Reference });
    }
}
