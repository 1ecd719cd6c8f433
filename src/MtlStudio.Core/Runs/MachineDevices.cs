namespace MtlStudio.Core.Runs;

/// <summary>What a machine can train on, as <c>mtl devices --json</c> says it. Additive only.</summary>
public sealed record MachineDevices
{
    public CpuDevice Cpu { get; init; } = new();
    /// <summary>GPUs that this build of the trainer can use; empty where it has none, or libtorch finds none.</summary>
    public IReadOnlyList<CudaDevice> Cuda { get; init; } = [];
}

public sealed record CpuDevice
{
    /// <summary>As the processor names itself.</summary>
    public string Name { get; init; } = "";
    /// <summary>Physical cores; as many as <see cref="Threads"/> where the system does not tell.</summary>
    public int Cores { get; init; }
    /// <summary>Threads that this process may use at once.</summary>
    public int Threads { get; init; }
    /// <summary>Memory that this process may use, in bytes.</summary>
    public long MemoryBytes { get; init; }
}

public sealed record CudaDevice
{
    /// <summary>The number N of <c>cuda:N</c>.</summary>
    public int Index { get; init; }
    /// <summary>As the driver names it; null where it does not tell.</summary>
    public string? Name { get; init; }
    /// <summary>Its whole memory in bytes; null where the driver does not tell.</summary>
    public long? MemoryBytes { get; init; }
}
