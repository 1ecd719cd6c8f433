using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Hosting;

/// <summary>The section "Studio" of appsettings.json, the environment (<c>Studio__DataFolder</c>) and the command line (<c>--Studio:DataFolder=DIR</c>).</summary>
public sealed record StudioOptions
{
    public const string Section = "Studio";

    /// <summary>Where everything is kept; empty: a folder in the user's own data directory.</summary>
    public string DataFolder { get; init; } = "";

    /// <summary>Where your own weighting policies lie; empty: the data folder's "plugins".</summary>
    public string Plugins { get; init; } = "";

    /// <summary>Lets a studio without sign-in listen beyond this machine. For containers whose port is published to the loopback only.</summary>
    public bool AllowAnonymousNetwork { get; init; }

    /// <summary>Host names beside this machine's loopback by which browsers and programs may call the studio.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>What runs may lease; empty: one CPU slot with all cores, and every GPU that the trainer finds.</summary>
    public IReadOnlyList<DeviceSlotOptions> Devices { get; init; } = [];

    /// <summary>Shows the recorded sample study on the first start; deleted, it does not come back.</summary>
    public bool SampleStudy { get; init; } = true;

    /// <summary>How long background work of the start (samples, verdicts that are due) waits for the first page to be asked for.</summary>
    public TimeSpan QuietStart { get; init; } = TimeSpan.FromSeconds(1);

    public StudioLimits Limits { get; init; } = new();

    /// <summary>How runs are watched.</summary>
    public SupervisionOptions Supervision { get; init; } = new();

    /// <summary>The slots as the supervisor takes them, with this machine's cores shared out among those that name no number.</summary>
    public IReadOnlyList<TrainingDevice> TrainingDevices() =>
    [
        .. Devices.Select(device => new TrainingDevice(device.Name, device.Threads > 0 ? device.Threads : Math.Max(1, Environment.ProcessorCount / Devices.Count))),
    ];
}

/// <summary>One device slot: one run at a time trains on it.</summary>
public sealed record DeviceSlotOptions
{
    /// <summary>"cpu:0", "cuda:1": a kind and a number.</summary>
    public string Name { get; init; } = "";

    /// <summary>CPU threads of a run on the slot; 0: this machine's cores shared out equally among the slots.</summary>
    public int Threads { get; init; }
}

/// <summary>What one request may ask for.</summary>
public sealed record StudioLimits
{
    /// <summary>Largest body of an API call that is no upload, in bytes.</summary>
    public long RequestBytes { get; init; } = 4L << 20;

    /// <summary>Largest upload of a dataset or a model file, in bytes.</summary>
    public long UploadBytes { get; init; } = 64L << 30;

    /// <summary>Largest message on a circuit or hub, in bytes: a pasted spec must fit.</summary>
    public long MessageBytes { get; init; } = 1L << 20;
}
