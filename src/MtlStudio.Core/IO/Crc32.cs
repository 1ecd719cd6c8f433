namespace MtlStudio.Core.IO;

/// <summary>The checksum of zip entries: CRC-32 with the polynomial 0xEDB88320, reflected (ITU-T V.42; PKWARE APPNOTE 4.4.7).</summary>
public struct Crc32()
{
    private static readonly uint[] Table = MakeTable();
    private uint state = uint.MaxValue;

    /// <summary>Of all bytes so far.</summary>
    public readonly uint Value => ~state;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var now = state;
        foreach (var one in bytes) now = Table[(byte)now ^ one] ^ (now >> 8);
        state = now;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var entry = i;
            for (var bit = 0; bit < 8; bit++) entry = (entry & 1) == 0 ? entry >> 1 : 0xEDB88320 ^ (entry >> 1);
            table[i] = entry;
        }
        return table;
    }
}
