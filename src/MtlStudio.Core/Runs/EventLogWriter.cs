using System.Text.Json;

namespace MtlStudio.Core.Runs;

/// <summary>
/// Appends events to a run's <c>events.jsonl</c>: stamps each with the next sequence number and the time. What was
/// appended is in the writer's memory until <see cref="Flush"/>, in the system's until <see cref="Sync"/>.
/// </summary>
public sealed class EventLogWriter : IDisposable
{
    private readonly FileStream file;
    private readonly Stream? mirror;
    private readonly TimeProvider clock;
    private readonly MemoryStream pending = new();
    private readonly Lock gate = new();

    // Milliseconds since 1970 of the last event, and what the clock lacks since it was set back.
    private long lastTime, behind;

    private EventLogWriter(FileStream file, EventLogScan scan, TimeProvider clock, Stream? mirror) =>
        (this.file, LastSeq, lastTime, this.clock, this.mirror) = (file, scan.LastSeq, scan.LastTime, clock, mirror);

    /// <summary>The sequence number of the last event appended; 0 before the first.</summary>
    public long LastSeq { get; private set; }

    /// <summary>Opens or creates the file, cuts a torn last line and continues the numbering.</summary>
    /// <param name="mirror">Gets every event as well at each flush (as standard output for <c>--events -</c>), or null.</param>
    /// <param name="scan">What was found in the file before anything was cut.</param>
    public static EventLogWriter Open(string path, TimeProvider clock, Stream? mirror, out EventLogScan scan)
    {
        scan = EventLogScan.Of(path);
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read | FileShare.Delete, 0);
        file.SetLength(scan.Length);
        file.Seek(0, SeekOrigin.End);
        return new(file, scan, clock, mirror);
    }

    /// <summary>Appends an event; its <see cref="RunEvent.Seq"/> and <see cref="RunEvent.Time"/> are set here.</summary>
    public void Append(RunEvent value)
    {
        lock (gate)
        {
            var stamped = value with { Seq = LastSeq + 1, Time = Now() };
            JsonSerializer.Serialize(pending, stamped, WireJson.Compact);
            pending.WriteByte((byte)'\n');
            LastSeq++;
        }
    }

    /// <summary>Times never fall: where the clock was set back they go on from the last one, so that curves over time stay curves.</summary>
    private long Now()
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (now + behind < lastTime) behind = lastTime - now;
        return lastTime = now + behind;
    }

    /// <summary>Hands whole lines to the operating system: another process sees them, and they outlive this one.</summary>
    public void Flush()
    {
        lock (gate)
        {
            if (pending.Length == 0) return;
            var lines = pending.GetBuffer().AsSpan(0, (int)pending.Length);
            var before = file.Position;
            try
            {
                file.Write(lines);
            }
            catch (IOException)
            {
                // A full disk took part of the lines: what stays must be whole lines, and a later flush may try again.
                file.SetLength(before);
                file.Position = before;
                throw;
            }
            mirror?.Write(lines);
            mirror?.Flush();
            pending.SetLength(0);
        }
    }

    /// <summary>Flushes to the disk: what was appended outlives a loss of power.</summary>
    public void Sync()
    {
        Flush();
        lock (gate) file.Flush(flushToDisk: true);
    }

    public void Dispose()
    {
        Flush();
        file.Dispose();
        pending.Dispose();
    }
}
