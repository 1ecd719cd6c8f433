using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Tests.Charts;

public sealed class FormatTests
{
    [Theory]
    [InlineData(null, "–")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "−∞")]
    [InlineData(0.0, "0")]
    [InlineData(1234.6, "1,235")]
    [InlineData(1234567.0, "1.23 M")]
    [InlineData(0.123456, "0.1235")]
    [InlineData(3e-5, "3e-05")]
    public void Number_HasFourDigitsAtMost(double? value, string text) => Assert.Equal(text, Format.Number(value));

    [Theory]
    [InlineData(2.31, "2.310")]
    [InlineData(0.84123, "0.8412")]
    [InlineData(12.3456, "12.35")]
    [InlineData(12345.6, "12346")]
    [InlineData(0.0, "0.000")]
    [InlineData(null, "–")]
    public void Loss_HasFourDigits(double? value, string text) => Assert.Equal(text, Format.Loss(value));

    [Theory]
    [InlineData(0.724, "fraction", "72.4")]
    [InlineData(31.24, "points", "31.2")]
    [InlineData(17.0, "", "17")]
    [InlineData(null, "fraction", "–")]
    public void Score_IsInPoints_WhereItsUnitHasThem(double? value, string unit, string text) => Assert.Equal(text, Format.Score(value, unit));

    [Theory]
    [InlineData(0.019, "fraction", "+1.9")]
    [InlineData(-0.006, "fraction", "−0.6")]
    [InlineData(-0.0001, "fraction", "±0.0")]
    [InlineData(null, "fraction", "–")]
    public void ScoreDelta_HasItsSign(double? value, string unit, string text) => Assert.Equal(text, Format.ScoreDelta(value, unit));

    [Theory]
    [InlineData(0.42, "0.4 s")]
    [InlineData(45, "45 s")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(3600, "1 h")]
    [InlineData(7500, "2 h 5 min")]
    [InlineData(273600, "3 d 4 h")]
    public void Duration_NamesTwoUnitsAtMost(double seconds, string text) => Assert.Equal(text, Format.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(512.0, "512 B")]
    [InlineData(4812345.0, "4.59 MiB")]
    [InlineData(1_044_480, "1,020 KiB")]
    public void Bytes_AreBinary(double bytes, string text) => Assert.Equal(text, Format.Bytes(bytes));
}
