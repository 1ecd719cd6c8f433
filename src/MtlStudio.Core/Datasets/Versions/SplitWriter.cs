using System.Security.Cryptography;
using System.Text;

namespace MtlStudio.Core.Datasets;

/// <summary>Writes lines into one split's file and hashes them on the way.</summary>
internal sealed class SplitWriter(string path, string name) : IDisposable
{
    private readonly FileStream stream = new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Encoder encoder = Encoding.UTF8.GetEncoder();
    private readonly StringBuilder text = new();
    private byte[] bytes = new byte[1 << 12];

    public int Rows { get; private set; }
    public long Bytes { get; private set; }

    public void Write(IReadOnlyList<string> columns, ReadOnlySpan<Cell> cells)
    {
        text.Clear();
        RowJson.Append(text, columns, cells);
        var count = 0;
        foreach (var chunk in text.GetChunks())
        {
            var most = Encoding.UTF8.GetMaxByteCount(chunk.Length);
            if (bytes.Length < count + most) Array.Resize(ref bytes, Math.Max(count + most, bytes.Length * 2));
            count += encoder.GetBytes(chunk.Span, bytes.AsSpan(count), flush: false); // a surrogate pair may lie across chunks
        }
        Write(bytes.AsSpan(0, count));
    }

    /// <summary>A line with its line feed.</summary>
    public void Write(ReadOnlySpan<byte> line)
    {
        stream.Write(line);
        hash.AppendData(line);
        Rows++;
        Bytes += line.Length;
    }

    /// <summary>Makes what was written durable.</summary>
    public SplitFile Finish()
    {
        stream.Flush(flushToDisk: true);
        return new SplitFile { File = $"{name}.jsonl", Rows = Rows, Bytes = Bytes, Sha256 = Convert.ToHexStringLower(hash.GetCurrentHash()) };
    }

    public void Dispose()
    {
        stream.Dispose();
        hash.Dispose();
    }
}
