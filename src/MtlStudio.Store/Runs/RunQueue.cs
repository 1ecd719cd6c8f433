using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>Who trains next, on which device, and what the others wait for.</summary>
public sealed class RunQueue(StoreWriter writer, IDbContextFactory<StudioContext> contexts, TimeProvider clock)
{
    /// <summary>Says which devices a node has. One that went is forgotten as soon as no run holds it.</summary>
    public Task RegisterDevicesAsync(string node, IReadOnlyList<DeviceSlot> devices, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var known = await context.DeviceLeases.Where(lease => lease.Node == node).ToListAsync(CancellationToken.None);
        context.DeviceLeases.RemoveRange(known.Where(lease => lease.RunId is null && devices.All(device => device.Name != lease.Device)));
        foreach (var device in devices.Where(device => known.All(lease => lease.Device != device.Name)))
            context.DeviceLeases.Add(new() { Node = node, Device = device.Name, Kind = device.Kind });
    }, cancellation);

    /// <summary>
    /// In one transaction: the first queued run (highest priority, then order) for which the node has a free device gets that
    /// device and becomes Starting. Null where there is none; <see cref="WaitReasonsAsync"/> says why.
    /// </summary>
    public Task<PickedRun?> PickNextAsync(string node, CancellationToken cancellation = default) => writer.WriteAsync<PickedRun?>(async context =>
    {
        var free = await context.DeviceLeases.Where(lease => lease.Node == node && lease.RunId == null).OrderBy(lease => lease.Device).ToListAsync(CancellationToken.None);
        var off = await SwitchedOffAsync(context, [node], CancellationToken.None);
        free.RemoveAll(lease => off.Contains((lease.Node, lease.Device)));
        var kinds = free.Select(lease => lease.Kind).Distinct().ToList();
        if (kinds.Count == 0) return null;
        var run = await InOrder(context.Runs.Where(run => kinds.Contains(run.DeviceKind))).FirstOrDefaultAsync(CancellationToken.None);
        if (run is null) return null;
        var lease = free.First(lease => lease.Kind == run.DeviceKind);
        var now = clock.GetUtcNow();
        await RunStore.StepAsync(context, run, RunState.Starting, $"{lease.Device} is free", now);
        (lease.RunId, lease.Since) = (run.Id, now);
        run.Device = lease.Device;
        return new(run, lease.Device);
    }, cancellation);

    /// <summary>Gives the queued runs the higher or lower priority; the higher is picked first.</summary>
    /// <exception cref="RunNotFoundException"/>
    public Task<Run> SetPriorityAsync(long id, int priority, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var run = await RunStore.FindAsync(context, id);
        run.Priority = priority;
        return run;
    }, cancellation);

    /// <summary>Lets the named queued runs stand in the given order, in the places of the queue that they hold together now.</summary>
    /// <exception cref="InvalidInputException">A run is not queued, or named twice.</exception>
    public Task ReorderAsync(IReadOnlyList<long> ids, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        var runs = await InOrder(context.Runs.Where(run => ids.Contains(run.Id))).ToListAsync(CancellationToken.None);
        if (ids.FirstOrDefault(id => runs.All(run => run.Id != id)) is var absent && absent != 0)
            throw new InvalidInputException("ids", $"Run {absent} is not queued: only runs that wait can be reordered");
        if (ids.Count != runs.Count) throw new InvalidInputException("ids", "A run is named twice: name each once");
        var places = runs.Select(run => (run.Priority, run.QueueOrder)).ToList();
        for (var i = 0; i < places.Count; i++)
        {
            var run = runs.Single(run => run.Id == ids[i]);
            (run.Priority, run.QueueOrder) = places[i];
        }
    }, cancellation);

    /// <summary>The queued runs, the next one first.</summary>
    public async Task<IReadOnlyList<Run>> QueuedAsync(CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await InOrder(context.Runs.AsNoTracking()).ToListAsync(cancellation);
    }

    /// <summary>All devices and who holds them.</summary>
    public async Task<IReadOnlyList<DeviceLease>> DevicesAsync(CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.DeviceLeases.AsNoTracking().OrderBy(lease => lease.Node).ThenBy(lease => lease.Device).ToListAsync(cancellation);
    }

    /// <summary>What each queued run waits for, as "waits for cpu:0, held by run 12, about 4 min".</summary>
    public async Task<IReadOnlyDictionary<long, string>> WaitReasonsAsync(CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var queued = await InOrder(context.Runs.AsNoTracking()).Select(run => new QueuedRun(run.Id, run.DeviceKind)).ToListAsync(cancellation);
        if (queued.Count == 0) return new Dictionary<long, string>();
        var leases = await context.DeviceLeases.AsNoTracking().OrderBy(lease => lease.Device).ToListAsync(cancellation);
        var holders = await context.Runs.AsNoTracking().Where(run => context.DeviceLeases.Any(lease => lease.RunId == run.Id))
            .ToDictionaryAsync(run => run.Id, cancellation);
        var off = await SwitchedOffAsync(context, [.. leases.Select(lease => lease.Node).Distinct()], cancellation);
        return WaitReasons.Of(queued, leases, off, holders, clock.GetUtcNow());
    }

    /// <summary>Devices on which no run may start.</summary>
    private static async Task<HashSet<(string Node, string Device)>> SwitchedOffAsync(StudioContext context, IReadOnlyList<string> nodes, CancellationToken cancellation)
    {
        var off = new HashSet<(string, string)>();
        foreach (var node in nodes)
            foreach (var (device, setting) in await SettingStore.ReadAsync(context, DeviceSetting.KeyOf(node), new Dictionary<string, DeviceSetting>(), cancellation))
                if (!setting.Enabled) off.Add((node, device));
        return off;
    }

    private static IOrderedQueryable<Run> InOrder(IQueryable<Run> runs) => runs.Where(run => run.State == RunState.Queued)
        .OrderByDescending(run => run.Priority).ThenBy(run => run.QueueOrder).ThenBy(run => run.Id);
}

/// <summary>A device by name ("cpu:0") and kind ("cpu").</summary>
public sealed record DeviceSlot(string Name, string Kind);

/// <summary>A run that is to be started now, and where.</summary>
public sealed record PickedRun(Run Run, string Device);

internal sealed record QueuedRun(long Id, string DeviceKind);
