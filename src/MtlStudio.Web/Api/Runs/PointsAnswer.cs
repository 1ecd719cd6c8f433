using System.Buffers;
using System.Buffers.Text;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Api.Runs;

/// <summary>
/// A list of <see cref="PointsView"/> as JSON, as the serializer would write it, with its numbers written straight into the answer and those that are
/// several times the same (a raw point is its own mean, lowest and highest) put into digits once.
/// </summary>
internal sealed class PointsAnswer(IReadOnlyList<SeriesPoints> series) : IResult, IEndpointMetadataProvider
{
    /// <summary>Bytes that a number and its comma take at most.</summary>
    private const int LongestNumber = 32;

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(IReadOnlyList<PointsView>), ["application/json"]));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        var body = httpContext.Response.BodyWriter;
        Write(body, series);
        await body.FlushAsync(httpContext.RequestAborted);
    }

    internal static void Write(IBufferWriter<byte> to, IReadOnlyList<SeriesPoints> series)
    {
        to.Write("["u8);
        for (var i = 0; i < series.Count; i++)
        {
            var one = series[i];
            to.Write(i == 0 ? "{\"series\":"u8 : ",{\"series\":"u8);
            to.Write(JsonSerializer.SerializeToUtf8Bytes(one.Series, WireJson.Compact));
            to.Write(",\"unit\":"u8);
            to.Write(JsonSerializer.SerializeToUtf8Bytes(one.Unit, WireJson.Compact));
            to.Write(one.Raw ? ",\"raw\":true,\"x\":"u8 : ",\"raw\":false,\"x\":"u8);
            to.Write(Digits(one.X).WrittenSpan);
            var mean = Digits(one.Mean);
            to.Write(",\"mean\":"u8);
            to.Write(mean.WrittenSpan);
            to.Write(",\"min\":"u8);
            to.Write((ReferenceEquals(one.Min, one.Mean) ? mean : Digits(one.Min)).WrittenSpan);
            to.Write(",\"max\":"u8);
            to.Write((ReferenceEquals(one.Max, one.Mean) ? mean : Digits(one.Max)).WrittenSpan);
            if (one.NonFinite is { } odd)
            {
                to.Write(",\"nonFinite\":"u8);
                to.Write(JsonSerializer.SerializeToUtf8Bytes(odd, WireJson.Compact));
            }
            to.Write("}"u8);
        }
        to.Write("]"u8);
    }

    private static ArrayBufferWriter<byte> Digits(double[] values)
    {
        var to = new ArrayBufferWriter<byte>(16 * values.Length + LongestNumber);
        to.Write("["u8);
        foreach (var value in values)
        {
            var span = to.GetSpan(LongestNumber);
            var length = 0;
            if (to.WrittenCount > 1) span[length++] = (byte)',';
            length += Number(value, span[length..]);
            to.Advance(length);
        }
        to.Write("]"u8);
        return to;
    }

    /// <summary>Steps and counts are whole: their digits need no search for the shortest form.</summary>
    private static int Number(double value, Span<byte> to)
    {
        var written = 0;
        if (value is > -1e15 and < 1e15 && value == Math.Floor(value) && value != 0)
            Utf8Formatter.TryFormat((long)value, to, out written);
        else if (double.IsFinite(value))
            Utf8Formatter.TryFormat(value, to, out written);
        else
        {
            var word = double.IsNaN(value) ? "\"NaN\""u8 : value > 0 ? "\"Infinity\""u8 : "\"-Infinity\""u8;
            word.CopyTo(to);
            written = word.Length;
        }
        return written;
    }
}
