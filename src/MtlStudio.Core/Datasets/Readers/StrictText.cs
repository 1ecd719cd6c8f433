using System.Text;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>The characters of a file in its encoding, without a byte order mark. Bytes that are none of that encoding end
/// the reading with the line and the byte.</summary>
internal sealed class StrictText : TextReader
{
    private const int ChunkBytes = 1 << 16;

    private readonly ReadContext context;
    private readonly FileStream stream;
    private readonly Encoding encoding;
    private readonly Decoder decoder;
    private readonly byte[] bytes = new byte[ChunkBytes];
    private readonly char[] chars;
    private int at;
    private int count;
    private long lines;
    private bool ended;

    public StrictText(ReadContext context)
    {
        this.context = context;
        stream = new FileStream(context.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        encoding = TextEncodings.Get(context.Format.Encoding);
        decoder = encoding.GetDecoder();
        chars = new char[encoding.GetMaxCharCount(ChunkBytes)];
        if (Fill() && chars[0] == '\uFEFF') at = 1;
    }

    public override int Read(Span<char> buffer)
    {
        if (at == count && !Fill()) return 0;
        var taken = Math.Min(buffer.Length, count - at);
        chars.AsSpan(at, taken).CopyTo(buffer);
        at += taken;
        return taken;
    }

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));
    public override int Peek() => at < count || Fill() ? chars[at] : -1;
    public override int Read() => at < count || Fill() ? chars[at++] : -1;

    private bool Fill()
    {
        at = count = 0;
        while (count == 0 && !ended)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var read = stream.Read(bytes);
            ended = read == 0;
            try
            {
                count = decoder.GetChars(bytes, 0, read, chars, 0, flush: ended);
            }
            catch (DecoderFallbackException fault)
            {
                throw Undecodable(fault, read);
            }
            lines += chars.AsSpan(0, count).Count('\n');
            context.BytesRead += read;
        }
        return count > 0;
    }

    private InvalidInputException Undecodable(DecoderFallbackException fault, int read)
    {
        var good = Math.Clamp(fault.Index, 0, read);
        var lenient = Encoding.GetEncoding(encoding.CodePage, EncoderFallback.ReplacementFallback, DecoderFallback.ReplacementFallback);
        var line = 1 + lines + lenient.GetString(bytes, 0, good).Count(c => c == '\n');
        var found = fault.BytesUnknown is { Length: > 0 } unknown ? $" (0x{Convert.ToHexString(unknown)})" : "";
        return context.Faults.Fatal(context.Name, line,
            $"byte {context.BytesRead + fault.Index}{found} is not valid {context.Format.Encoding}: save the file as UTF-8, or name its encoding ({string.Join(", ", TextEncodings.Names)})");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) stream.Dispose();
        base.Dispose(disposing);
    }
}
