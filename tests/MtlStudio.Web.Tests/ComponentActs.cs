using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace MtlStudio.Web.Tests;

/// <summary>
/// What a user does to a component. The element is found and the event sent in one turn of the renderer, and the event's handler is awaited:
/// an element found outside may be gone, drawn anew by what the store or the feed told meanwhile, before the event reaches it.
/// </summary>
internal static class ComponentActs
{
    /// <summary>Clicks the <paramref name="index"/>-th element that the selector names.</summary>
    public static Task PressAsync(this IRenderedComponent<IComponent> component, string selector, int index = 0) =>
        component.ActAsync(selector, index, element => element.ClickAsync(new MouseEventArgs()));

    /// <summary>Clicks the first element that the selector names and that meets the condition.</summary>
    public static Task PressAsync(this IRenderedComponent<IComponent> component, string selector, Func<IElement, bool> condition) =>
        component.InvokeAsync(() => component.FindAll(selector).First(condition).ClickAsync(new MouseEventArgs()));

    /// <summary>Types a text into a field, without leaving it.</summary>
    public static Task TypeAsync(this IRenderedComponent<IComponent> component, string selector, string text) =>
        component.ActAsync(selector, 0, element => element.InputAsync(new ChangeEventArgs { Value = text }));

    /// <summary>Gives the first such field (that meets the condition) a value and leaves it.</summary>
    public static Task ChangeAsync(this IRenderedComponent<IComponent> component, string selector, object value, Func<IElement, bool>? condition = null) =>
        component.InvokeAsync(() => component.FindAll(selector).First(condition ?? (_ => true)).ChangeAsync(new ChangeEventArgs { Value = value }));

    /// <summary>Presses a key in a field.</summary>
    public static Task KeyAsync(this IRenderedComponent<IComponent> component, string selector, string key) =>
        component.ActAsync(selector, 0, element => element.KeyDownAsync(new KeyboardEventArgs { Key = key }));

    /// <summary>Submits a form.</summary>
    public static Task SubmitAsync(this IRenderedComponent<IComponent> component, string selector = "form") =>
        component.ActAsync(selector, 0, element => element.SubmitAsync());

    private static Task ActAsync(this IRenderedComponent<IComponent> component, string selector, int index, Func<IElement, Task> act) =>
        component.InvokeAsync(() => act(component.FindAll(selector)[index]));
}
