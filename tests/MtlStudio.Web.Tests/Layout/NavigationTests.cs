using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Web.Layout;

namespace MtlStudio.Web.Tests.Layout;

public sealed class NavigationTests : BunitContext
{
    [Fact]
    public void EveryEntry_LeadsToAPage()
    {
        var pages = typeof(App).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes(typeof(RouteAttribute), false)).Cast<RouteAttribute>().Select(route => route.Template).ToHashSet();
        Assert.All(Navigation.Groups.SelectMany(group => group.Entries), entry => Assert.Contains(entry.Href, pages));
    }

    [Fact]
    public void Keys_LeadToOnePageEach()
    {
        var keys = Navigation.Groups.SelectMany(group => group.Entries).Select(entry => entry.Keys).ToArray();
        Assert.Equal(keys.Distinct(), keys);
    }

    [Fact]
    public void Rail_MarksThePageOneIsOn()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/settings");
        var rail = Render<NavRail>();
        Assert.Equal("Settings", rail.Find(".rail-active").TextContent.Trim());
        Assert.Equal("page", rail.Find(".rail-active").GetAttribute("aria-current"));
    }
}
