// Opens Toss's payment window, once by itself and then at each tap. What it says of the money is decided by the server alone.
(() => {
  const button = document.getElementById("open");
  const failed = document.getElementById("failed");
  const { clientKey, amount, orderId, orderName } = button.dataset;
  const back = location.origin + button.dataset.return;
  const open = async () => {
    failed.hidden = true;
    try {
      // By card alone: what is paid by transfer some day is of no use to a kitchen.
      await TossPayments(clientKey).requestPayment("카드", {
        amount: Number(amount),
        orderId,
        orderName,
        successUrl: back,
        failUrl: back,
        windowTarget: "self",
      });
    } catch (error) {
      // Closing the window is no failure.
      failed.hidden = error && error.code === "USER_CANCEL";
    }
  };
  button.addEventListener("click", open);
  open();
})();
