using MtlStudio.Store;

namespace MtlStudio.Web.Supervision;

/// <summary>The devices of this machine that runs may lease.</summary>
public sealed class NodeDevices(IReadOnlyList<TrainingDevice> devices, RunQueue queue)
{
    public string Node { get; } = Environment.MachineName;

    public IReadOnlyList<TrainingDevice> All => devices;

    /// <summary>Makes them known to the store; devices that went are forgotten once free.</summary>
    public Task RegisterAsync(CancellationToken cancellation = default) =>
        queue.RegisterDevicesAsync(Node, [.. devices.Select(device => new DeviceSlot(device.Name, device.Kind))], cancellation);

    /// <summary>The device of that name. One that is no longer in the settings but still leased gets all cores.</summary>
    public TrainingDevice Find(string name) => devices.FirstOrDefault(device => device.Name == name) ?? new(name, Environment.ProcessorCount);

    /// <summary>Forgets a device that is no longer in the settings, now that it is free.</summary>
    public Task ReleasedAsync(string? name) => name is null || devices.Any(device => device.Name == name) ? Task.CompletedTask : RegisterAsync();
}
