using System.Text.Json;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Tests.Charts;

public sealed class FigureAheadTests
{
    private static PanelFigure Figure(string name, double last)
    {
        var writer = new FigureWriter();
        writer.Add(new(name, "#0F9293", [1, 2], [0.5, last]), 0);
        return writer.Write(new(), "step");
    }

    [Fact]
    public void NameOf_IsTheSameForTheSameDrawing_AndAnotherForOtherLooksOrNumbers()
    {
        var name = FigureAhead.NameOf(Figure("qa", 1));
        Assert.Equal(name, FigureAhead.NameOf(Figure("qa", 1)));
        Assert.NotEqual(name, FigureAhead.NameOf(Figure("qa", 2)));
        Assert.NotEqual(name, FigureAhead.NameOf(Figure("ner", 1)));
    }

    [Fact]
    public void Element_HoldsTheWholeFigure_AndNoNameEndsIt()
    {
        const string Name = "</script><!--<b>&\"'\u2028";
        var figure = Figure(Name, 1);
        var element = FigureAhead.Element(figure, isDark: true).Value;
        const string Begin = "<script type=\"application/json\">", End = "</script>";
        Assert.StartsWith(Begin, element);
        Assert.EndsWith(End, element);
        var inner = element[Begin.Length..^End.Length];
        Assert.DoesNotContain('<', inner);
        var data = JsonElement.Parse(inner);
        Assert.True(data.GetProperty("dark").GetBoolean());
        Assert.Equal(figure.Numbers, data.GetProperty("numbers").GetBytesFromBase64());
        Assert.Equal(figure.Look.Traces, data.GetProperty("look").GetProperty("traces").GetString());
        Assert.Equal(Name, JsonElement.Parse(data.GetProperty("look").GetProperty("traces").GetString()!)[0].GetProperty("name").GetString());
        Assert.Equal(2, data.GetProperty("look").GetProperty("lines")[0].GetProperty("n").GetInt32());
    }
}
