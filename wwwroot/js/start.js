// Begins the circuit. Where figures stand in the page already they are drawn first: both would share one processor, and what can be seen goes before what can be pressed.
mtlCharts.isDrawnAhead.then(() => Blazor.start());
