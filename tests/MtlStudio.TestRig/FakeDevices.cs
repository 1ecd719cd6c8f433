using System.Text.Json;
using MtlStudio.Core.Runs;

namespace MtlStudio.TestRig;

/// <summary>A machine with one GPU, as <c>mtl devices --json</c> would tell of it.</summary>
public static class FakeDevices
{
    public static int Print()
    {
        Console.WriteLine(JsonSerializer.Serialize(new MachineDevices
        {
            Cpu = new() { Name = "test processor", Cores = 1, Threads = 2, MemoryBytes = 4L << 30 },
            Cuda = [new() { Index = 0, Name = "test GPU", MemoryBytes = 8L << 30 }],
        }, WireJson.Compact));
        return ExitCodes.Done;
    }
}
