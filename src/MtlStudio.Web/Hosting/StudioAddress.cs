using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Hosting;

/// <summary>Where the studio that uses a data folder answers.</summary>
public sealed record StudioAddress
{
    public int ProcessId { get; init; }
    public string Machine { get; init; } = "";
    /// <summary>UTC, milliseconds since 1970.</summary>
    public long StartedAt { get; init; }
    public IReadOnlyList<string> Addresses { get; init; } = [];
}

/// <summary>Keeps <c>studio.json</c> in the data folder while the studio answers, so that people and programs find it by its folder.</summary>
public sealed class StudioAddressFile(DataFolder folder, TimeProvider clock) : IDisposable
{
    private bool _written;

    public void Write(IReadOnlyList<string> addresses)
    {
        _written = true;
        AtomicFile.WriteText(PathOf(folder), JsonSerializer.Serialize(new StudioAddress
        {
            ProcessId = Environment.ProcessId,
            Machine = Environment.MachineName,
            StartedAt = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            Addresses = addresses,
        }, WireJson.Indented));
    }

    /// <summary>What the last studio of the folder left; null where it ended cleanly, or never answered. It may be long gone.</summary>
    public static StudioAddress? Read(DataFolder folder)
    {
        try
        {
            return JsonSerializer.Deserialize<StudioAddress>(File.ReadAllText(PathOf(folder)), WireJson.Compact);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (_written) File.Delete(PathOf(folder));
    }

    private static string PathOf(DataFolder folder) => Path.Combine(folder.Root, "studio.json");
}
