using System.Text;
using System.Text.Json;

namespace MtlStudio.Core.Runs;

/// <summary>What a run's event file holds up to its last whole line.</summary>
/// <param name="Length">Bytes up to and with the newline of the last whole line; what follows was torn by a crash.</param>
/// <param name="LastSeq">The sequence number of that line; 0 for none.</param>
/// <param name="Attempts">How many <see cref="StartedEvent"/>s there are.</param>
/// <param name="TornBytes">Bytes after <paramref name="Length"/>.</param>
/// <param name="Finished">The last whole line says that the run finished.</param>
/// <param name="LastTime">The latest time of any line, UTC milliseconds; 0 for none.</param>
public sealed record EventLogScan(long Length, long LastSeq, int Attempts, long TornBytes, bool Finished = false, long LastTime = 0)
{
    private static readonly byte[] Ended = Encoding.UTF8.GetBytes("{\"type\":\"ended\""), ByFinishing = Encoding.UTF8.GetBytes("\"outcome\":\"finished\"");
    private static readonly byte[] Started = Encoding.UTF8.GetBytes("{\"type\":\"started\"");

    /// <summary>Reads the file once; a file that is not there is an empty one.</summary>
    public static EventLogScan Of(string path)
    {
        if (!File.Exists(path)) return new(0, 0, 0, 0);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 20);
        var buffer = new byte[1 << 20];
        int held = 0, attempts = 0;
        long whole = 0, seq = 0, time = 0;
        var finished = false;
        while (true)
        {
            if (held == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var read = stream.Read(buffer, held, buffer.Length - held);
            if (read == 0) return new(whole, seq, attempts, stream.Length - whole, finished, time);
            held += read;
            var start = 0;
            for (int newline; (newline = buffer.AsSpan(start, held - start).IndexOf((byte)'\n')) >= 0; start += newline + 1)
            {
                var line = buffer.AsSpan(start, newline);
                if (SeqOf(line, ref time) is not { } found) return new(whole, seq, attempts, stream.Length - whole, finished, time);
                if (line.StartsWith(Started)) attempts++;
                finished = line.StartsWith(Ended) && line.IndexOf(ByFinishing) >= 0;
                seq = found;
                whole += newline + 1;
            }
            held -= start;
            buffer.AsSpan(start, held).CopyTo(buffer);
        }
    }

    /// <summary>The "seq" of a line that is one whole JSON object; null where a crash left something else (as blocks of zeros).</summary>
    /// <param name="time">Raised to the line's "time".</param>
    private static long? SeqOf(ReadOnlySpan<byte> line, ref long time)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            long? seq = null;
            var at = time;
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1) continue;
                var isSeq = reader.ValueTextEquals("seq"u8);
                if (!isSeq && !reader.ValueTextEquals("time"u8)) continue;
                reader.Read();
                if (isSeq) seq = reader.GetInt64();
                else at = Math.Max(at, reader.GetInt64());
            }
            if (seq is not null) time = at;
            return seq;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }
}
