namespace MtlStudio.Web.Supervision.Exports;

/// <summary>Where an export stands.</summary>
public enum ExportState { Queued, Running, Done, Failed }

/// <summary>One export of one checkpoint, as the file <c>exports/NAME.json</c> of the run's folder. Additive only.</summary>
public sealed record ExportRecord
{
    /// <summary>As "step-00000600-merged": the same checkpoint in the same form is the same export.</summary>
    public string Name { get; init; } = "";
    public int Step { get; init; }
    /// <summary>One of <see cref="Core.Exports.ExportForms"/>.</summary>
    public string Form { get; init; } = "";
    public ExportState State { get; init; }
    /// <summary>UTC, milliseconds since 1970; so are the others.</summary>
    public long CreatedAt { get; init; }
    public long? StartedAt { get; init; }
    public long? EndedAt { get; init; }
    /// <summary>About how many bytes it will have.</summary>
    public long ExpectedBytes { get; init; }
    /// <summary>Why it failed, and what cures it.</summary>
    public string? Message { get; init; }
}

/// <summary>An export with what is on the disk of it now.</summary>
/// <param name="Bytes">Written so far; of one that is done, all.</param>
/// <param name="Files">Of one that is done.</param>
public sealed record ExportStatus(ExportRecord Record, long Bytes, IReadOnlyList<ExportFile> Files)
{
    /// <summary>True while it waits or is written.</summary>
    public bool IsActive => Record.State is ExportState.Queued or ExportState.Running;

    /// <summary>0 to 1 of what is expected; never quite 1 before it is done.</summary>
    public double Share => Record.State == ExportState.Done ? 1 : Record.ExpectedBytes > 0 ? Math.Min(0.99, (double)Bytes / Record.ExpectedBytes) : 0;

    /// <summary>At the pace so far; null while it cannot be told.</summary>
    public TimeSpan? TimeLeft(DateTimeOffset now) => Record is { State: ExportState.Running, StartedAt: { } since } && Share > 0
        ? (now - DateTimeOffset.FromUnixTimeMilliseconds(since)) / Share * (1 - Share) : null;
}

/// <param name="Name">Relative to the export's folder.</param>
public sealed record ExportFile(string Name, long Bytes);
