namespace MtlStudio.Store;

/// <summary>One slot of a node that trains one run at a time.</summary>
public sealed class DeviceLease
{
    /// <summary>The machine's name.</summary>
    public string Node { get; set; } = "";
    /// <summary>As "cpu:0" or "cuda:1".</summary>
    public string Device { get; set; } = "";
    /// <summary>"cpu" or "cuda": what a spec asks for.</summary>
    public string Kind { get; set; } = "";
    /// <summary>The run that holds it, or null.</summary>
    public long? RunId { get; set; }
    public DateTimeOffset? Since { get; set; }
}

/// <summary>One setting of the studio; the value is JSON.</summary>
public sealed class Setting
{
    public string Key { get; set; } = "";
    public string ValueJson { get; set; } = "";
}

/// <summary>Metric rows of a deleted run that still lie there; they go in small transactions, so that no writer waits long.</summary>
public sealed class Purge
{
    public long Id { get; set; }
    public long RunId { get; set; }
    /// <summary>The series whose points go, or null for the run's ticks.</summary>
    public long? SeriesId { get; set; }
}
