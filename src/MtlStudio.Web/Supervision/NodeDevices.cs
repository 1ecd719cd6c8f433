using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Supervision;

/// <summary>
/// The devices of this machine that runs may lease: the slots of the options where they name any, else the CPU as one slot and every
/// GPU that the trainer finds. What users set for a device (on or off, threads) comes on top.
/// </summary>
/// <param name="configured">The options' slots; empty: whatever is found.</param>
public sealed class NodeDevices(IReadOnlyList<TrainingDevice> configured, RunQueue queue, SettingStore settings)
{
    /// <summary>CPU threads of a run on a GPU that was found; the work is done there, and loading and tokenizing need few.</summary>
    private const int GpuThreads = 4;

    public string Node { get; } = Environment.MachineName;

    /// <summary>True where the options name the slots; what is found then adds none.</summary>
    public bool AreConfigured => configured.Count > 0;

    /// <summary>The slots, switched off ones too.</summary>
    public IReadOnlyList<TrainingDevice> All { get; private set; } = configured.Count > 0 ? configured : [new TrainingDevice("cpu:0", Environment.ProcessorCount)];

    /// <summary>What the trainer found on this machine; null until it was asked, or where it could not tell.</summary>
    public MachineDevices? Machine { get; private set; }

    /// <summary>Called when there are more slots than before.</summary>
    public event Action? Grown;

    /// <summary>Makes them known to the store; devices that went are forgotten once free.</summary>
    public Task RegisterAsync(CancellationToken cancellation = default) =>
        queue.RegisterDevicesAsync(Node, [.. All.Select(device => new DeviceSlot(device.Name, device.Kind))], cancellation);

    /// <summary>Takes what the trainer found; GPUs become slots where the options name none.</summary>
    public async Task FoundAsync(MachineDevices machine, CancellationToken cancellation = default)
    {
        Machine = machine;
        var slots = AreConfigured ? configured :
        [
            new TrainingDevice("cpu:0", Environment.ProcessorCount),
            .. machine.Cuda.Select(gpu => new TrainingDevice($"cuda:{gpu.Index}", Math.Min(GpuThreads, Environment.ProcessorCount))),
        ];
        if (slots.SequenceEqual(All)) return;
        var more = slots.Count > All.Count;
        All = slots;
        await RegisterAsync(cancellation);
        if (more) Grown?.Invoke();
    }

    /// <summary>The device of that name, with the threads that are set for it. One that is no longer there but still leased gets all cores.</summary>
    public async Task<TrainingDevice> FindAsync(string name, CancellationToken cancellation = default)
    {
        var slot = All.FirstOrDefault(device => device.Name == name) ?? new(name, Environment.ProcessorCount);
        return (await SettingsAsync(cancellation)).TryGetValue(name, out var set) && set.Threads > 0 ? slot with { Threads = set.Threads } : slot;
    }

    /// <summary>What is set for devices of this node; those that are absent are on, with their own threads.</summary>
    public Task<IReadOnlyDictionary<string, DeviceSetting>> SettingsAsync(CancellationToken cancellation = default) =>
        settings.ReadAsync<IReadOnlyDictionary<string, DeviceSetting>>(DeviceSetting.KeyOf(Node), new Dictionary<string, DeviceSetting>(), cancellation);

    /// <summary>Sets a device on or off, and its threads.</summary>
    /// <exception cref="InvalidInputException">There is no such device here, or a value is out of range.</exception>
    public async Task SetAsync(string name, DeviceSetting setting, CancellationToken cancellation = default)
    {
        if (All.All(device => device.Name != name))
            throw new InvalidInputException("name", $"There is no device \"{name}\" here: the studio has {string.Join(", ", All.Select(device => device.Name))}");
        setting.Check();
        await settings.UpdateAsync<IReadOnlyDictionary<string, DeviceSetting>>(DeviceSetting.KeyOf(Node), new Dictionary<string, DeviceSetting>(),
            all => new Dictionary<string, DeviceSetting>(all) { [name] = setting }, cancellation);
    }

    /// <summary>Memory of a device in bytes; null where it is not known.</summary>
    public long? MemoryOf(TrainingDevice device) => device.Kind == "cpu" ? Machine?.Cpu.MemoryBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
        : Machine?.Cuda.FirstOrDefault(gpu => $"cuda:{gpu.Index}" == device.Name)?.MemoryBytes;

    /// <summary>What a device is, in words; empty where it is not known.</summary>
    public string DescriptionOf(TrainingDevice device) => device.Kind == "cpu" ? Machine?.Cpu.Name ?? ""
        : Machine?.Cuda.FirstOrDefault(gpu => $"cuda:{gpu.Index}" == device.Name)?.Name ?? "";

    /// <summary>Forgets a device that is no longer there, now that it is free.</summary>
    public Task ReleasedAsync(string? name) => name is null || All.Any(device => device.Name == name) ? Task.CompletedTask : RegisterAsync();
}
