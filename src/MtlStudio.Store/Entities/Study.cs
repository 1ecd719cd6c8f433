using System.ComponentModel.DataAnnotations.Schema;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;

namespace MtlStudio.Store;

/// <summary>Runs that belong together, planned by one description.</summary>
public sealed class Study
{
    public long Id { get; set; }
    public string Name { get; set; } = "";
    public string? Note { get; set; }
    /// <summary>The whole <see cref="PolicyStudy"/> or <see cref="ShareStudy"/> as JSON; the latter begins with its kind.</summary>
    public string StudyJson { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public List<StudyRun> Runs { get; set; } = [];

    /// <summary>What the JSON of a <see cref="ShareStudy"/> begins with.</summary>
    internal const string SharesBegin = "{\"kind\":\"" + ShareStudy.KindName + "\"";

    /// <summary>Whether it looks for shares; else it compares policies.</summary>
    [NotMapped]
    public bool IsOfShares => StudyJson.StartsWith(SharesBegin, StringComparison.Ordinal);

    /// <summary>The description of a study of shares, read anew at each call.</summary>
    public ShareStudy ReadShares() => JsonSerializer.Deserialize<ShareStudy>(StudyJson, WireJson.Compact) ?? throw new JsonException($"Study {Id} is empty");

    /// <summary>The description of a study of policies, read anew at each call.</summary>
    public PolicyStudy Read() => JsonSerializer.Deserialize<PolicyStudy>(StudyJson, WireJson.Compact) ?? throw new JsonException($"Study {Id} is empty");
}

/// <summary>A joint run's place in a study. A run may serve several studies, and may be deleted: then its place is there to be filled again.</summary>
public sealed class StudyRun
{
    public long StudyId { get; set; }
    /// <summary>In the plan's order, from 0.</summary>
    public int Place { get; set; }
    /// <summary>Of a study of shares: its stage's name.</summary>
    public string Policy { get; set; } = "";
    public int LossWeights { get; set; }
    public double Rate { get; set; }
    public long Seed { get; set; }
    public long RunId { get; set; }
    /// <summary>The run was queued by this study; false: it stood before.</summary>
    public bool Made { get; set; }
}

internal static class StudyTables
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<Study>().HasMany(study => study.Runs).WithOne().HasForeignKey(run => run.StudyId);
        model.Entity<StudyRun>(run =>
        {
            run.HasKey(r => new { r.StudyId, r.Place });
            run.HasIndex(r => r.RunId);
        });
    }
}
