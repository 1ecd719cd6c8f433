using MtlStudio.Core.IO;

namespace MtlStudio.Core.Tests.IO;

public sealed class Crc32Tests
{
    [Fact]
    public void Value_IsTheCheckValue_OfTheNineDigits()
    {
        var whole = new Crc32();
        whole.Append("123456789"u8);
        var parts = new Crc32();
        parts.Append("1234"u8);
        parts.Append("56789"u8);
        Assert.Equal((0xCBF43926, 0xCBF43926, 0u), (whole.Value, parts.Value, new Crc32().Value));
    }
}
