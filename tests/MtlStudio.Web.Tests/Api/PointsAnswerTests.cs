using System.Buffers;
using System.Text;
using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Api.Runs;

namespace MtlStudio.Web.Tests.Api;

public sealed class PointsAnswerTests
{
    [Fact]
    public void Write_IsWhatTheSerializerWrites_ToTheLastDigit()
    {
        double[] odd = [0.1, -0.0, 0, 3, -17, 1e15, 123456789012345678, 1.0 / 3, 1e-7, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.Epsilon, 9007199254740993];
        double[] x = [.. Enumerable.Range(0, odd.Length).Select(i => (double)i)];
        SeriesPoints[] series = [new("loss/train/qa \"é\"", "nats", true, x, odd, odd, odd, [.. odd.Select(value => double.IsFinite(value) ? 0L : 1L)]), new("lr", "", false, [2.5], [1], [0.5], [2], null), new("none", "", true, [], [], [], [], null)];
        var bytes = new ArrayBufferWriter<byte>();
        PointsAnswer.Write(bytes, series);
        Assert.Equal(JsonSerializer.Serialize(series.Select(PointsView.Of), WireJson.Compact), Encoding.UTF8.GetString(bytes.WrittenSpan));
    }
}
