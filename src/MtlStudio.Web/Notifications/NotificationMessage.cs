namespace MtlStudio.Web.Notifications;

/// <summary>What is told; a webhook gets it as JSON.</summary>
public sealed record NotificationMessage
{
    /// <summary>"finished", "failed", "alarm" or "test".</summary>
    public required string Event { get; init; }
    /// <summary>One sentence.</summary>
    public required string Text { get; init; }
    /// <summary>UTC, milliseconds since 1970.</summary>
    public required long Time { get; init; }
    /// <summary>The studio's machine.</summary>
    public string Studio { get; init; } = Environment.MachineName;
    public long? RunId { get; init; }
    public string? Run { get; init; }
    /// <summary>The task an alarm is about.</summary>
    public string? Task { get; init; }
    /// <summary>The run's page, where the studio's address is set.</summary>
    public string? Link { get; init; }
}
